import { ListFilter, Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { ApiRecord, DeployedRoute, gatewayPath, toApi } from '../apis/ApiStore';
import { routesOf } from '../apis/view';
import { Page, PageQuery, pageOf, Sorting } from '../database/page';
import { matching } from '../database/search';
import { fromJson } from '../database/values';

/** What a consumer looks for; what is not said is not asked for. */
export interface PortalSearch {
  /** Words that must all be there. */
  readonly q?: string;
  readonly tenant_id?: string;
  readonly category?: string;
  readonly status?: 'published' | 'deprecated';
  readonly tag?: string;
  /** Tags with commas between, that must all be there. */
  readonly tags?: string;
}

export interface PortalEntry {
  readonly api: ApiRecord;
  readonly tenantName: string;
  readonly isPublic: boolean;
  /** The API that comes after it, while that one is there to be found. */
  readonly successor?: string;
}

/** What the portal shows. */
const FOUND = ['published', 'deprecated'];

const BY_NAME: Sorting<any> = {
  columns: ['apis.display_name', 'apis.id'],
  keyOf: row => [row.display_name, row.id],
  uuidAt: 1,
};

/** What consumers discover: published APIs that are public, or of a tenant they belong to. */
export class PortalStore {
  constructor(readonly knex: Knex) {}

  async list(
    filter: ListFilter | undefined,
    options: PageQuery & PortalSearch,
  ): Promise<Page<PortalEntry>> {
    return pageOf(this.#find(filter, options), options, BY_NAME, toEntry);
  }

  /** What the list can be narrowed by: of each kind, as if nothing of that kind were chosen. */
  async facets(
    filter: ListFilter | undefined,
    search: PortalSearch,
  ): Promise<Schema<'PortalFacets'>> {
    const found = (without: Partial<Record<keyof PortalSearch, undefined>>) =>
      this.#find(filter, { ...search, ...without })
        .clearSelect()
        .count({ count: '*' });
    const tenants = await found({ tenant_id: undefined })
      .groupBy('apis.tenant_id', 'tenants.display_name')
      .select('apis.tenant_id as id', 'tenants.display_name as name');
    const categories = await found({ category: undefined })
      .whereNotNull('apis.category')
      .groupBy('apis.category')
      .select('apis.category as name');
    const statuses = await found({ status: undefined })
      .groupBy('apis.status')
      .select('apis.status as name');
    const tags = await found({ tag: undefined, tags: undefined })
      .groupByRaw('CAST(apis.tags AS TEXT)')
      .select(this.knex.raw('CAST(apis.tags AS TEXT) as tags'));
    return {
      tenants: ranked(tenants),
      categories: ranked(categories),
      statuses: ranked(statuses),
      tags: ranked(countTags(tags)),
    };
  }

  #find(
    filter: ListFilter | undefined,
    search: PortalSearch,
  ): Knex.QueryBuilder {
    const query = this.#select();
    this.#visible(query, filter);
    if (search.q) matching(query, search.q, 'apis.search_text');
    if (search.tenant_id) query.where('apis.tenant_id', search.tenant_id);
    if (search.category) query.where('apis.category', search.category);
    if (search.status) query.where('apis.status', search.status);
    // Tags are slugs, so one in quotes stands for itself in the JSON text.
    for (const tag of [search.tag, ...(search.tags?.split(',') ?? [])]) {
      if (tag) query.whereRaw('CAST(apis.tags AS TEXT) LIKE ?', [`%"${tag}"%`]);
    }
    return query;
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
      .leftJoin('apis as next', join =>
        join
          .on('next.tenant_id', 'apis.tenant_id')
          .andOn('next.api_id', 'apis.successor')
          .andOnNull('next.deleted_at'),
      )
      .whereNull('apis.deleted_at')
      .whereIn('apis.status', FOUND)
      .where('tenants.status', 'active')
      .select(
        'apis.*',
        'tenants.display_name as tenant_name',
        'tenants.portal_visibility',
        'next.status as next_status',
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
    successor: FOUND.includes(row.next_status) ? row.successor : undefined,
    isPublic: row.visibility === 'public' && row.portal_visibility === 'public',
  };
}

interface Counts {
  readonly name: string;
  /** PostgreSQL gives it as text. */
  readonly count: number | string;
}

/** How many of each kind are told. */
const FACETS_MAX = 200;

/** The most frequent first. */
function ranked<Row extends Counts>(rows: readonly Row[]) {
  return rows
    .map(row => ({ ...row, count: Number(row.count) }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, FACETS_MAX);
}

/** From the numbers of APIs that have the same list of tags. */
function countTags(
  rows: readonly { tags: string; count: number | string }[],
): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const tag of fromJson<string[]>(row.tags))
      counts.set(tag, (counts.get(tag) ?? 0) + Number(row.count));
  }
  return [...counts].map(([name, count]) => ({ name, count }));
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
    ...((api.sunset || entry.successor) && {
      deprecation: { sunset: api.sunset, successor: entry.successor },
    }),
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
