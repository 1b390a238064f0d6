import { Knex } from 'knex';
import { routeItems } from '../api-policies/routeItems';
import { ApiStore } from '../apis/ApiStore';
import {
  apiEntity,
  platformEntities,
  tenantEntities,
  userEntity,
} from '../catalog/entities';
import { mcpServerEntity } from '../catalog/mcpServerEntity';
import { FeedInput } from '../database/UnitOfWork';
import { serverFeed, toolFeed } from '../mcp-servers/feedItems';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { isPublicApi } from '../projector/applyApi';
import { Snapshot } from './FeedStream';

interface SnapshotDeps {
  readonly knex: Knex;
  readonly apis: ApiStore;
  readonly servers: McpServerStore;
  /** Where the platform is reached, without a slash at the end. */
  readonly baseUrl: string;
}

/** Reads the current state as feed items: routes, servers and tools for gateways, entities for the catalog. */
export function createSnapshot(deps: SnapshotDeps): Snapshot {
  return async function* snapshot(kinds) {
    const wants = (kind: string) => !kinds || kinds.has(kind);
    if (wants('route')) {
      for (const item of await routeItems(deps.knex)) yield toItem(item);
    }
    if (wants('server') || wants('tool')) {
      for await (const server of deps.servers.all()) {
        const item = serverFeed(server);
        if (item.op === 'delete') continue;
        if (wants('server')) yield toItem(item);
        if (!wants('tool')) continue;
        for (const tool of await deps.servers.tools(server.id))
          yield toItem(toolFeed(server, tool));
      }
    }
    if (wants('entity')) {
      for await (const entity of entities(deps)) {
        yield {
          kind: 'entity',
          op: 'put',
          key: entity.ref,
          value: entity.value,
        };
      }
    }
  };
}

/** What of a change travels: gateways are not told in whose outbox it lay. */
function toItem({ tenantId: _, ...item }: FeedInput) {
  return item;
}

async function* entities({ knex, apis, servers, baseUrl }: SnapshotDeps) {
  yield* platformEntities();
  const tenants = new Map<
    string,
    { portal_visibility: string; status: string }
  >();
  for (const row of await knex('tenants').orderBy('id')) {
    tenants.set(row.id, row);
    yield* tenantEntities({
      id: row.id,
      displayName: row.display_name,
      description: row.description ?? undefined,
      isPublic: row.portal_visibility === 'public' && row.status === 'active',
    });
  }
  for await (const api of apis.all()) {
    yield apiEntity({
      ...api,
      isPublic: isPublicApi(api, tenants.get(api.tenantId)!),
      definition: api.catalogDefinition,
    });
  }
  for await (const server of servers.all())
    yield mcpServerEntity(server, baseUrl);
  const grants = new Map<string, Record<string, any[]>>();
  for (const row of await knex('person_grants').orderBy([
    'subject',
    'tenant_id',
  ])) {
    const held = grants.get(row.subject) ?? {};
    (held[row.tenant_id] ??= []).push(row.role);
    grants.set(row.subject, held);
  }
  for (const row of await knex('people').orderBy('subject')) {
    yield userEntity({
      subject: row.subject,
      name: row.name ?? row.subject,
      email: row.email ?? undefined,
      language: row.language ?? undefined,
      platformAdmin: Boolean(row.platform_admin),
      grants: grants.get(row.subject) ?? {},
    });
  }
}
