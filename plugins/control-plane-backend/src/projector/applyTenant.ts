import { problemOf } from '../api-policies/check';
import { routeItems } from '../api-policies/routeItems';
import { Tx } from '../database/UnitOfWork';
import { now } from '../database/values';
import { closeTenant, feedTenant, openTenant } from '../tenants/gates';
import { hasLiveDeployments } from '../tenants/usage';
import { tenantFolder } from './paths';
import { quarantine, release } from './quarantine';
import { TenantManifest } from './tenantManifest';

export interface TenantContent {
  readonly tenantId: string;
  readonly manifest: TenantManifest;
  readonly commit: string;
  /** Git's id of the manifest. */
  readonly treeId: string;
}

/**
 * Brings a tenant's row and entities to what its manifest says. Whether it is
 * suspended is not Git's to say. One that comes back to Git after it was archived
 * is open again; a new one waits to be provisioned.
 */
export async function applyTenant(
  tx: Tx,
  { tenantId, manifest: { spec }, commit, treeId }: TenantContent,
  baseUrl: string,
): Promise<void> {
  const policies = spec.defaultPolicies ?? [];
  const wrong = await problemOf(tx.db, 'spec.defaultPolicies', policies);
  if (wrong) {
    await quarantine(tx, tenantId, tenantFolder(tenantId), commit, wrong);
    return;
  }
  await release(tx, tenantId, tenantFolder(tenantId));
  const known = await tx.db('tenants').where({ id: tenantId }).first();
  const returns = known?.status === 'archived';
  const row = {
    display_name: spec.displayName,
    description: spec.description ?? null,
    portal_visibility: spec.portalVisibility,
    settings: JSON.stringify({
      max_apis: spec.settings.maxApis,
      max_applications: spec.settings.maxApplications,
      supported_environments: spec.settings.supportedEnvironments,
    }),
    default_policies: JSON.stringify(policies),
    tags: JSON.stringify(spec.tags),
    status: known?.status === 'suspended' ? 'suspended' : 'active',
    tree_id: treeId,
    updated_at: now(),
    ...((!known || returns) && {
      provisioning: 'pending',
      status_reason: null,
    }),
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
      aggregate_version: 1,
      created_at: now(),
    });
  }
  await tx.audit({
    tenantId,
    action: known ? 'stoa.tenant.update' : 'stoa.tenant.create',
    resource: `tenant:${tenantId}`,
    outcome: 'success',
    details: { commit },
  });
  if (returns) {
    await openTenant(tx, tenantId, baseUrl);
    return;
  }
  await feedTenant(tx, tenantId, baseUrl);
  if (known && known.default_policies !== row.default_policies) {
    await tx.feed(
      ...(await routeItems(tx.db, query =>
        query.where('r.tenant_id', tenantId),
      )),
    );
  }
}

/**
 * A tenant without manifest is archived: nothing of it is reachable, its
 * subscriptions end, its audit and usage stay. Where nobody asked the platform
 * for it, it stays as it is while something of it is deployed.
 */
export async function applyTenantRemoval(
  tx: Tx,
  tenantId: string,
  commit: string,
  baseUrl: string,
): Promise<void> {
  const folder = tenantFolder(tenantId);
  const known = await tx.db('tenants').where({ id: tenantId }).first();
  if (!known || known.status === 'archived') {
    await release(tx, tenantId, folder);
    return;
  }
  const asked = tx.asked === 'stoa.tenant.delete';
  if (!asked && (await hasLiveDeployments(tx.db, tenantId))) {
    const reason = 'it was removed while APIs of it are deployed';
    await quarantine(tx, tenantId, folder, commit, reason);
    return;
  }
  await release(tx, tenantId, folder);
  await tx
    .db('tenants')
    .where({ id: tenantId })
    .update({
      status: 'archived',
      aggregate_version: known.aggregate_version + 1,
      updated_at: now(),
    });
  await tx.audit({
    tenantId,
    action: 'stoa.tenant.delete',
    resource: `tenant:${tenantId}`,
    outcome: 'success',
    details: { commit },
  });
  await closeTenant(tx, tenantId, baseUrl);
  // Unlike one that is suspended, it does not get them back.
  await tx.db('runtime_routes').where({ tenant_id: tenantId }).del();
}
