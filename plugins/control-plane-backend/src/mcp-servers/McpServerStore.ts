import { ListFilter } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { Page, PageQuery, pageOf, Sorting } from '../database/page';
import { matching } from '../database/search';
import {
  isToolSet,
  McpServerRecord,
  StoredTool,
  TOOL_COLUMNS,
  ToolEntry,
  ToolSetRecord,
  toServer,
  toTool,
  toToolSet,
} from './rows';

/** Who is asking, as the policy answered, and whether what is out of service counts. */
export interface Visible {
  readonly filter: ListFilter | undefined;
  readonly servedOnly: boolean;
}

export interface ServerSearch extends PageQuery {
  readonly q?: string;
  readonly tenant_id?: string;
  readonly api_id?: string;
}

/** What gateways read: servers elsewhere are not among it. */
const TOOLSETS = { 's.kind': 'toolset' };
const SERVED = { ...TOOLSETS, 's.status': 'active', 't.status': 'active' };
const PUBLIC = { 's.visibility': 'public', 't.portal_visibility': 'public' };

/** Before every id. */
const ZERO = '00000000-0000-0000-0000-000000000000';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const BY_NAME: Sorting<any> = {
  columns: ['s.name', 's.id'],
  keyOf: row => [row.name, row.id],
  uuidAt: 1,
};
const BY_TOOL: Sorting<any> = {
  columns: [...BY_NAME.columns, 'x.name'],
  keyOf: row => [row.name, row.id, row.tool_name],
  uuidAt: 1,
};

/** Reads MCP servers and their tools. ToolSets are written by the projector alone. */
export class McpServerStore {
  constructor(readonly knex: Knex) {}

  /** By row id or by `tenant:slug`. */
  async get(id: string): Promise<McpServerRecord | undefined> {
    const colon = id.indexOf(':');
    if (colon !== -1) return this.find(id.slice(0, colon), id.slice(colon + 1));
    if (!UUID.test(id)) return undefined;
    const row = await this.#select().where('s.id', id).first();
    return row && toServer(row);
  }

  async find(
    tenantId: string,
    slug: string,
    db: Knex = this.knex,
  ): Promise<McpServerRecord | undefined> {
    const row = await this.#select(db)
      .where({ 's.tenant_id': tenantId, 's.slug': slug })
      .first();
    return row && toServer(row);
  }

  async findToolSet(
    tenantId: string,
    slug: string,
  ): Promise<ToolSetRecord | undefined> {
    const found = await this.find(tenantId, slug);
    return found && isToolSet(found) ? found : undefined;
  }

  /** How many ToolSets a tenant has. */
  async count(tenantId: string, db: Knex = this.knex): Promise<number> {
    const row = await db('mcp_servers')
      .where({ tenant_id: tenantId, kind: 'toolset' })
      .whereNull('deleted_at')
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  /** The ToolSets of one tenant, by slug. */
  async listOfTenant(
    tenantId: string,
    options: ServerSearch,
  ): Promise<Page<ToolSetRecord>> {
    const query = this.#select().where({
      ...TOOLSETS,
      's.tenant_id': tenantId,
    });
    if (options.api_id) query.where('s.api_id', options.api_id);
    if (options.q) matching(query, options.q, 's.search_text');
    const sorting = { columns: ['s.slug'], keyOf: (row: any) => [row.slug] };
    return pageOf(query, options, sorting, toToolSet);
  }

  /** All ToolSets of a tenant, by slug. */
  async ofTenant(tenantId: string): Promise<ToolSetRecord[]> {
    const rows = await this.#select()
      .where({ ...TOOLSETS, 's.tenant_id': tenantId })
      .orderBy('s.slug');
    return rows.map(toToolSet);
  }

  /** Servers that the asker may see, by name. */
  async list(
    visible: Visible,
    options: ServerSearch,
  ): Promise<Page<McpServerRecord>> {
    const query = this.#search(this.#select(), visible, options);
    if (options.q) matching(query, options.q, 's.search_text');
    return pageOf(query, options, BY_NAME, toServer);
  }

  /** Tools of servers that the asker may see, by the server's name and their own. */
  async listTools(
    visible: Visible,
    options: ServerSearch & { readonly serverId?: string },
  ): Promise<Page<ToolEntry>> {
    const query = this.#search(this.#select(), visible, options)
      .join('mcp_server_tools as x', 'x.server_id', 's.id')
      .select(TOOL_COLUMNS.map(column => `x.${column} as tool_${column}`));
    if (options.serverId) query.where('s.id', options.serverId);
    const { q: words } = options;
    if (words) {
      query.where(q => {
        matching(q, words, 'x.search_text');
        q.orWhere(r => matching(r, words, 's.search_text'));
      });
    }
    return pageOf(query, options, BY_TOOL, row => ({
      server: toServer(row),
      tool: toTool(row, 'tool_'),
    }));
  }

  async tool(serverId: string, name: string): Promise<StoredTool | undefined> {
    const row = await this.knex('mcp_server_tools')
      .where({ server_id: serverId, name })
      .first();
    return row && toTool(row);
  }

  /** The tools of one server, in the order of its definition. */
  async tools(serverId: string, db: Knex = this.knex): Promise<StoredTool[]> {
    const rows = await db('mcp_server_tools')
      .where({ server_id: serverId })
      .orderBy('position');
    return rows.map(row => toTool(row));
  }

  /** The servers made from any of these APIs. */
  async madeFrom(
    apis: readonly { readonly tenantId: string; readonly apiId: string }[],
  ): Promise<ToolSetRecord[]> {
    const found: ToolSetRecord[] = [];
    for (let i = 0; i < apis.length; i += 500) {
      const rows = await this.#select().whereIn(
        ['s.tenant_id', 's.api_id'],
        apis.slice(i, i + 500).map(api => [api.tenantId, api.apiId]),
      );
      found.push(...rows.map(toToolSet));
    }
    return found;
  }

  /** The commit that holds the definition of an API's version, or of its current one. */
  async sourceOf(
    tenantId: string,
    apiId: string,
    version: string | undefined,
    db: Knex = this.knex,
  ): Promise<{ version: string; commit: string; hash: string } | undefined> {
    const row = await db('apis as a')
      .join('api_versions as v', join =>
        join.on('v.tenant_id', 'a.tenant_id').andOn('v.api_id', 'a.api_id'),
      )
      .where({ 'a.tenant_id': tenantId, 'a.api_id': apiId })
      .whereNull('a.deleted_at')
      .where('v.version', version ?? db.ref('a.version'))
      .first('v.version', 'v.commit', 'v.definition_hash');
    return (
      row && {
        version: row.version,
        commit: row.commit,
        hash: row.definition_hash,
      }
    );
  }

  /** Every ToolSet, in pages, for a gateway or catalog that starts from nothing. */
  async *all(): AsyncIterable<ToolSetRecord> {
    let after = ZERO;
    for (;;) {
      const rows = await this.#select()
        .where(TOOLSETS)
        .where('s.id', '>', after)
        .orderBy('s.id')
        .limit(500);
      yield* rows.map(toToolSet);
      if (rows.length < 500) return;
      after = rows[rows.length - 1].id;
    }
  }

  #search(
    query: Knex.QueryBuilder,
    { filter, servedOnly }: Visible,
    options: ServerSearch,
  ): Knex.QueryBuilder {
    if (servedOnly) query.where(SERVED);
    if (filter !== 'all') {
      const tenants = typeof filter === 'object' ? [...filter.tenants] : [];
      query.where(q =>
        q.whereIn('s.tenant_id', tenants).orWhere({ ...SERVED, ...PUBLIC }),
      );
    }
    if (options.tenant_id) query.where('s.tenant_id', options.tenant_id);
    if (options.api_id) query.where('s.api_id', options.api_id);
    return query;
  }

  #select(db: Knex = this.knex): Knex.QueryBuilder {
    return db('mcp_servers as s')
      .join('tenants as t', 't.id', 's.tenant_id')
      .leftJoin('apis as a', join =>
        join.on('a.tenant_id', 's.tenant_id').andOn('a.api_id', 's.api_id'),
      )
      .leftJoin('runtime_routes as r', join =>
        join
          .on('r.environment', 's.environment')
          .andOn('r.tenant_id', 's.tenant_id')
          .andOn('r.api_id', 's.api_id')
          .andOn('r.version', 's.version'),
      )
      .whereNull('s.deleted_at')
      .select(
        's.*',
        't.display_name as tenant_name',
        't.status as tenant_status',
        't.portal_visibility',
        'a.display_name as api_name',
        'r.deployment_id',
      );
  }
}
