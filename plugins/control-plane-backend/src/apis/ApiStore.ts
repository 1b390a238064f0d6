import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { decodeCursor, toPage } from '../database/cursor';
import { fromJson, iso } from '../database/values';

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
  readonly environments: readonly {
    name: 'dev' | 'staging' | 'production';
    backendUrl: string;
  }[];
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
export interface DeployedRoute {
  readonly tenantId: string;
  readonly apiId: string;
  readonly version: string;
  readonly environment: 'dev' | 'staging' | 'production';
  readonly backendUrl: string;
  readonly deploymentId: string;
}

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
    options: { limit: number; cursor?: string; q?: string; status?: string },
  ): Promise<{ items: ApiRecord[]; next_cursor?: string }> {
    const after = decodeCursor(options.cursor, 1);
    const query = this.knex('apis')
      .where({ tenant_id: tenantId })
      .whereNull('deleted_at')
      .orderBy('api_id')
      .limit(options.limit + 1);
    if (options.status) query.where({ status: options.status });
    if (options.q) matching(query, options.q);
    if (after) query.where('api_id', '>', after[0]);
    return toPage(await query, options.limit, toApi, row => [row.api_id]);
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
    return (
      row && {
        commit: row.commit,
        definitionHash: row.definition_hash,
        frozen: Boolean(row.frozen),
      }
    );
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

  async *allRoutes(): AsyncIterable<DeployedRoute> {
    yield* (await this.knex('runtime_routes').select()).map(toRoute);
  }
}

/** Limits a query to rows whose search text contains the words, whatever stands in them. */
export function matching(
  query: Knex.QueryBuilder,
  words: string,
  column: string = 'search_text',
): void {
  const escaped = words.toLowerCase().replace(/[\\%_]/g, c => `\\${c}`);
  query.whereRaw(`?? LIKE ? ESCAPE '\\'`, [column, `%${escaped}%`]);
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
    environments: fromJson(row.environments),
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
  };
}
