import { Schema } from '@stoa/plugin-stoa-common';
import { PolicyReference, RouteSpec } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { Page, PageQuery, pageOf } from '../database/page';
import { matching } from '../database/search';
import { fromJson, iso, isPostgres } from '../database/values';

/** A row of `apis`, with its JSON columns read. */
export interface ApiRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly apiId: string;
  readonly displayName: string;
  readonly version: string;
  readonly description?: string;
  readonly status: 'draft' | 'published' | 'deprecated' | 'retired';
  readonly visibility: 'public' | 'private';
  readonly owner?: string;
  readonly category?: string;
  readonly tags: readonly string[];
  readonly plans: readonly string[];
  readonly policies: readonly PolicyReference[];
  readonly environments: readonly {
    name: 'dev' | 'staging' | 'production';
    backendUrl: string;
  }[];
  /** When a deprecated API ends, ISO 8601. */
  readonly sunset?: string;
  /** The API of the tenant that comes after it. */
  readonly successor?: string;
  readonly definitionHash: string;
  readonly specVersion: string;
  readonly operationCount: number;
  readonly catalogDefinition?: string;
  readonly treeId: string;
  readonly commit: string;
  readonly aggregateVersion: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Where a version of an API can be called. */
export type DeployedRoute = RouteSpec;

export function gatewayPath(route: DeployedRoute): string {
  return `/gateway/${route.environment}/${route.tenantId}/${route.apiId}/${route.version}`;
}

/** Before every id. */
const ZERO = '00000000-0000-0000-0000-000000000000';

/** Reads APIs; they are written by the projector alone. */
export class ApiStore {
  constructor(readonly knex: Knex) {}

  async get(
    tenantId: string,
    apiId: string,
    db: Knex = this.knex,
  ): Promise<ApiRecord | undefined> {
    const row = await db('apis')
      .where({ tenant_id: tenantId, api_id: apiId })
      .whereNull('deleted_at')
      .first();
    return row && toApi(row);
  }

  async getById(id: string): Promise<ApiRecord | undefined> {
    const row = await this.knex('apis')
      .where({ id })
      .whereNull('deleted_at')
      .first();
    return row && toApi(row);
  }

  async count(tenantId: string, db: Knex = this.knex): Promise<number> {
    const row = await db('apis')
      .where({ tenant_id: tenantId })
      .whereNull('deleted_at')
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async list(
    tenantId: string,
    options: PageQuery & { q?: string; status?: string },
  ): Promise<Page<ApiRecord>> {
    const query = this.knex('apis')
      .where({ tenant_id: tenantId })
      .whereNull('deleted_at');
    if (options.status) query.where({ status: options.status });
    if (options.q) matching(query, options.q);
    const sorting = { columns: ['api_id'], keyOf: (row: any) => [row.api_id] };
    return pageOf(query, options, sorting, toApi);
  }

  async versions(
    tenantId: string,
    apiId: string,
  ): Promise<Schema<'ApiVersion'>[]> {
    const rows = await this.knex('api_versions')
      .where({ tenant_id: tenantId, api_id: apiId })
      .orderBy('created_at', 'desc');
    const routes = await this.routes([{ tenantId, apiId }]);
    return rows.map(row => ({
      version: row.version,
      commit: row.commit,
      definition_hash: row.definition_hash,
      frozen: Boolean(row.frozen),
      created_at: iso(row.created_at),
      deployed_to: routes
        .filter(r => r.version === row.version)
        .map(r => r.environment),
    }));
  }

  async version(
    tenantId: string,
    apiId: string,
    version: string,
  ): Promise<
    { commit: string; definitionHash: string; frozen: boolean } | undefined
  > {
    const row = await this.knex('api_versions')
      .where({ tenant_id: tenantId, api_id: apiId, version })
      .first();
    return row && toVersion(row);
  }

  /** What of these APIs is deployed where, in one statement. */
  async routes(
    apis: readonly { tenantId: string; apiId: string }[],
  ): Promise<DeployedRoute[]> {
    if (apis.length === 0) return [];
    const rows = await this.knex('runtime_routes')
      .whereIn(
        ['tenant_id', 'api_id'],
        apis.map(a => [a.tenantId, a.apiId]),
      )
      .orderBy(['environment', 'version']);
    return rows.map(toRoute);
  }

  /** Every API, in pages, for a gateway or catalog that starts from nothing. */
  async *all(): AsyncIterable<ApiRecord> {
    let after = '';
    for (;;) {
      const rows = await this.knex('apis')
        .whereNull('deleted_at')
        .where('id', '>', after || ZERO)
        .orderBy('id')
        .limit(500);
      yield* rows.map(toApi);
      if (rows.length < 500) return;
      after = rows[rows.length - 1].id;
    }
  }
}

/** The version as it is until the transaction ends: whoever changes its document or freezes it waits. */
export async function lockVersion(
  trx: Knex,
  tenantId: string,
  apiId: string,
  version: string,
): Promise<
  { commit: string; definitionHash: string; frozen: boolean } | undefined
> {
  const query = trx('api_versions')
    .where({ tenant_id: tenantId, api_id: apiId, version })
    .first();
  const row = await (isPostgres(trx) ? query.forUpdate() : query);
  return row && toVersion(row);
}

function toVersion(row: any) {
  return {
    commit: row.commit as string,
    definitionHash: row.definition_hash as string,
    frozen: Boolean(row.frozen),
  };
}

export function toApi(row: any): ApiRecord {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    apiId: row.api_id,
    displayName: row.display_name,
    version: row.version,
    description: row.description ?? undefined,
    status: row.status,
    visibility: row.visibility,
    owner: row.owner ?? undefined,
    category: row.category ?? undefined,
    tags: fromJson(row.tags),
    plans: fromJson(row.plans),
    policies: fromJson(row.policies),
    environments: fromJson(row.environments),
    sunset: row.sunset ? iso(row.sunset) : undefined,
    successor: row.successor ?? undefined,
    definitionHash: row.definition_hash,
    specVersion: row.spec_version,
    operationCount: row.operation_count,
    catalogDefinition: row.catalog_definition ?? undefined,
    treeId: row.tree_id,
    commit: row.commit,
    aggregateVersion: row.aggregate_version,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
  };
}

export function toRoute(row: any): DeployedRoute {
  return {
    tenantId: row.tenant_id,
    apiId: row.api_id,
    version: row.version,
    environment: row.environment,
    backendUrl: row.backend_url,
    deploymentId: row.deployment_id,
    policies: fromJson(row.policies),
  };
}
