import { Tx } from '../database/UnitOfWork';
import { now } from '../database/values';
import { apiEntity, tenantEntities } from '../catalog/entities';
import { mcpServerEntity } from '../catalog/mcpServerEntity';
import { toApi } from '../apis/ApiStore';
import { serverFeed } from '../mcp-servers/feedItems';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { PlanStore } from '../plans/PlanStore';
import { isPublicApi } from './applyApi';
import { TenantManifest } from './manifests';
import { tenantFolder } from './paths';
import { release } from './quarantine';

/** Brings a tenant's row, plans and entities to what its manifest says. */
export async function applyTenant(
  tx: Tx,
  tenantId: string,
  { spec }: TenantManifest,
  commit: string,
  baseUrl: string,
): Promise<void> {
  await release(tx, tenantId, tenantFolder(tenantId));
  const known = await tx.db('tenants').where({ id: tenantId }).first();
  const row = {
    display_name: spec.displayName,
    description: spec.description ?? null,
    portal_visibility: spec.portalVisibility,
    settings: JSON.stringify({
      max_apis: spec.settings.maxApis,
      max_applications: spec.settings.maxApplications,
      supported_environments: spec.settings.supportedEnvironments,
    }),
    tags: JSON.stringify(spec.tags),
    status: known?.status === 'suspended' ? 'suspended' : 'active',
    updated_at: now(),
  };
  if (known) {
    await tx
      .db('tenants')
      .where({ id: tenantId })
      .update({ ...row, aggregate_version: known.aggregate_version + 1 });
  } else {
    await tx.db('tenants').insert({
      id: tenantId,
      ...row,
      provisioning: 'ready',
      aggregate_version: 1,
      created_at: now(),
    });
    await PlanStore.seed(tx.db, tenantId);
  }
  await tx.audit({
    tenantId,
    action: known ? 'stoa.tenant.update' : 'stoa.tenant.create',
    resource: `tenant:${tenantId}`,
    outcome: 'success',
    details: { commit },
  });
  await feedTenant(tx, tenantId, row, baseUrl);
}

/** A tenant without manifest is archived; its audit and usage stay. */
export async function applyTenantRemoval(
  tx: Tx,
  tenantId: string,
  baseUrl: string,
): Promise<void> {
  const known = await tx.db('tenants').where({ id: tenantId }).first();
  if (!known || known.status === 'archived') return;
  const row = { ...known, status: 'archived' };
  await tx
    .db('tenants')
    .where({ id: tenantId })
    .update({ status: 'archived', updated_at: now() });
  await tx.audit({
    tenantId,
    action: 'stoa.tenant.archive',
    resource: `tenant:${tenantId}`,
    outcome: 'success',
  });
  await feedTenant(tx, tenantId, row, baseUrl);
}

/** The tenant's entities and, as they depend on whether it is public, those of its APIs and servers. */
async function feedTenant(
  tx: Tx,
  tenantId: string,
  tenant: {
    display_name: string;
    description: string | null;
    portal_visibility: string;
    status: string;
  },
  baseUrl: string,
): Promise<void> {
  const isPublic =
    tenant.portal_visibility === 'public' && tenant.status === 'active';
  const entities = tenantEntities({
    id: tenantId,
    displayName: tenant.display_name,
    description: tenant.description ?? undefined,
    isPublic,
  });
  const apis = (
    await tx.db('apis').where({ tenant_id: tenantId }).whereNull('deleted_at')
  ).map(toApi);
  for (const api of apis) {
    entities.push(
      apiEntity({
        ...api,
        isPublic: isPublicApi(api, tenant),
        definition: api.catalogDefinition,
      }),
    );
  }
  const servers = await new McpServerStore(tx.db).ofTenant(tenantId);
  entities.push(...servers.map(server => mcpServerEntity(server, baseUrl)));
  await tx.feed(
    ...servers.map(serverFeed),
    ...entities.map(entity => ({
      tenantId,
      kind: 'entity' as const,
      op: 'put' as const,
      key: entity.ref,
      value: entity.value,
    })),
  );
}
