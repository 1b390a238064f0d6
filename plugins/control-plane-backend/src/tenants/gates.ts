import { routeItems } from '../api-policies/routeItems';
import { apiEntity, tenantEntities } from '../catalog/entities';
import { mcpServerEntity } from '../catalog/mcpServerEntity';
import { toApi, toRoute } from '../apis/ApiStore';
import { FeedInput, Tx } from '../database/UnitOfWork';
import { feedKey } from '../deployments/EmbeddedGateway';
import { serverFeed } from '../mcp-servers/feedItems';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { isPublicApi } from '../projector/applyApi';

/**
 * Takes a tenant from the gateways: its routes, its servers, and whatever they
 * remember of keys. Its row must say already that it is not active.
 */
export async function closeTenant(
  tx: Tx,
  tenantId: string,
  baseUrl: string,
): Promise<void> {
  const routes = await routesOf(tx, tenantId);
  await tx.feed(
    // First what lets calls through.
    ...routes.map(
      (route): FeedInput => ({
        tenantId,
        kind: 'route',
        op: 'delete',
        key: feedKey(route),
      }),
    ),
    { tenantId, kind: 'tenant', op: 'delete', key: tenantId },
  );
  await feedTenant(tx, tenantId, baseUrl);
}

/** Gives it back to them; its row must say already that it is active. */
export async function openTenant(
  tx: Tx,
  tenantId: string,
  baseUrl: string,
): Promise<void> {
  await tx.feed(
    { tenantId, kind: 'tenant', op: 'put', key: tenantId },
    ...(await routeItems(tx.db, query => query.where('r.tenant_id', tenantId))),
  );
  await feedTenant(tx, tenantId, baseUrl);
}

/** The tenant's entities and, as they depend on what it is, those of its APIs and servers. */
export async function feedTenant(
  tx: Tx,
  tenantId: string,
  baseUrl: string,
): Promise<void> {
  const tenant = await tx.db('tenants').where({ id: tenantId }).first();
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

async function routesOf(tx: Tx, tenantId: string) {
  const rows = await tx.db('runtime_routes').where({ tenant_id: tenantId });
  return rows.map(toRoute);
}
