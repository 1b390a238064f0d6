import { Knex } from 'knex';
import { ApiStore } from '../apis/ApiStore';
import {
  apiEntity,
  platformEntities,
  tenantEntities,
  userEntity,
} from '../catalog/entities';
import { feedKey, feedValue } from '../deployments/EmbeddedGateway';
import { isPublicApi } from '../projector/applyApi';
import { Snapshot } from './FeedStream';

/** Reads the current state as feed items: routes for gateways, entities for the catalog. */
export function createSnapshot(deps: { knex: Knex; apis: ApiStore }): Snapshot {
  return async function* snapshot(kinds) {
    if (!kinds || kinds.has('route')) {
      for await (const route of deps.apis.allRoutes()) {
        yield {
          kind: 'route',
          op: 'put',
          key: feedKey(route),
          value: feedValue(route),
        };
      }
    }
    if (!kinds || kinds.has('entity')) {
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

async function* entities({ knex, apis }: { knex: Knex; apis: ApiStore }) {
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
      platformAdmin: Boolean(row.platform_admin),
      grants: grants.get(row.subject) ?? {},
    });
  }
}
