import { ListFilter, Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import {
  ApiRecord,
  DeployedRoute,
  gatewayPath,
  matching,
  toApi,
} from '../apis/ApiStore';
import { routesOf } from '../apis/view';
import { decodeCursor, toPage } from '../database/cursor';

export interface PortalEntry {
  readonly api: ApiRecord;
  readonly tenantName: string;
  readonly isPublic: boolean;
}

/** What consumers discover: published APIs that are public, or of a tenant they belong to. */
export class PortalStore {
  constructor(readonly knex: Knex) {}

  async list(
    filter: ListFilter | undefined,
    options: {
      limit: number;
      cursor?: string;
      q?: string;
      tenant_id?: string;
      category?: string;
      tag?: string;
    },
  ): Promise<{ items: PortalEntry[]; next_cursor?: string }> {
    const after = decodeCursor(options.cursor, 2, 1);
    const query = this.#select()
      .orderBy(['apis.display_name', 'apis.id'])
      .limit(options.limit + 1);
    this.#visible(query, filter);
    if (options.q) matching(query, options.q);
    if (options.tenant_id) query.where('apis.tenant_id', options.tenant_id);
    if (options.category) query.where('apis.category', options.category);
    // Tags are slugs, so one in quotes stands for itself in the JSON text.
    if (options.tag)
      query.whereRaw('CAST(apis.tags AS TEXT) LIKE ?', [`%"${options.tag}"%`]);
    if (after) {
      query.where(q =>
        q
          .where('apis.display_name', '>', after[0])
          .orWhere(r =>
            r
              .where('apis.display_name', after[0])
              .andWhere('apis.id', '>', after[1]),
          ),
      );
    }
    return toPage(await query, options.limit, toEntry, row => [
      row.display_name,
      row.id,
    ]);
  }

  /** By row id or by `tenant:api`; undefined for what the filter does not show. */
  async get(id: string): Promise<PortalEntry | undefined> {
    const query = this.#select();
    const [tenantId, apiId] = id.split(':');
    if (apiId !== undefined)
      query.where({ 'apis.tenant_id': tenantId, 'apis.api_id': apiId });
    else if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
      query.where({ 'apis.id': id });
    else return undefined;
    const row = await query.first();
    return row && toEntry(row);
  }

  #select() {
    return this.knex('apis')
      .join('tenants', 'tenants.id', 'apis.tenant_id')
      .whereNull('apis.deleted_at')
      .whereIn('apis.status', ['published', 'deprecated'])
      .where('tenants.status', 'active')
      .select(
        'apis.*',
        'tenants.display_name as tenant_name',
        'tenants.portal_visibility',
      );
  }

  #visible(query: Knex.QueryBuilder, filter: ListFilter | undefined): void {
    if (filter === 'all') return;
    const tenants = typeof filter === 'object' ? [...filter.tenants] : [];
    query.where(q =>
      q.whereIn('apis.tenant_id', tenants).orWhere({
        'apis.visibility': 'public',
        'tenants.portal_visibility': 'public',
      }),
    );
  }
}

function toEntry(row: any): PortalEntry {
  return {
    api: toApi(row),
    tenantName: row.tenant_name,
    isPublic: row.visibility === 'public' && row.portal_visibility === 'public',
  };
}

/** An API as consumers see it: without backends. */
export function toPortalApi(
  entry: PortalEntry,
  routes: readonly DeployedRoute[],
): Schema<'PortalApi'> {
  const { api } = entry;
  return {
    id: api.id,
    tenant_id: api.tenantId,
    tenant_name: entry.tenantName,
    api_id: api.apiId,
    display_name: api.displayName,
    version: api.version,
    ...(api.description && { description: api.description }),
    status: api.status as 'published' | 'deprecated',
    visibility: api.visibility,
    ...(api.category && { category: api.category }),
    tags: [...api.tags],
    plans: [...api.plans],
    operation_count: api.operationCount,
    definition_hash: api.definitionHash,
    deployed: routesOf(api, routes).map(route => ({
      environment: route.environment,
      version: route.version,
      gateway_path: gatewayPath(route),
    })),
  };
}
