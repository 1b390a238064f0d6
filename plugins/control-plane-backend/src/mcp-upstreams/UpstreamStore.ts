import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { searchText } from '../database/search';
import { iso, isoOrNull, now } from '../database/values';
import { UpstreamFailure } from './askUpstream';

type Wire = Schema<'McpUpstream'>;

/** A server elsewhere, with its secret as it is kept: sealed. */
export interface UpstreamRecord {
  readonly wire: Wire;
  readonly sealedSecret?: string;
  readonly version: number;
}

/** What the ETag of a server is made of. */
export function taggable({ version }: UpstreamRecord): { treeId: string } {
  return { treeId: String(version) };
}

/** What a tenant decides about a server. */
export interface UpstreamFields {
  readonly name: string;
  readonly description?: string;
  readonly endpoint: string;
  readonly transport: Wire['transport'];
  readonly auth: Wire['auth'];
  readonly sealedSecret?: string;
  readonly visibility: Wire['visibility'];
  readonly status: Wire['status'];
  readonly newTools: Wire['new_tools'];
}

/** The MCP servers that are elsewhere, always by tenant. */
export class UpstreamStore {
  constructor(readonly knex: Knex) {}

  async get(
    tenantId: string,
    id: string,
    db: Knex = this.knex,
  ): Promise<UpstreamRecord | undefined> {
    const row = await db('mcp_servers as s')
      .where({ 's.tenant_id': tenantId, 's.id': id, 's.kind': 'mcp' })
      .first('s.*', pendingChanges(db));
    return row && toRecord(row);
  }

  /** Holds the row until the transaction ends. */
  async lock(db: Knex, tenantId: string, id: string): Promise<boolean> {
    const row = await db('mcp_servers')
      .where({ tenant_id: tenantId, id, kind: 'mcp' })
      .forUpdate()
      .first('id');
    return row !== undefined;
  }

  /** Of all tenants, made here or elsewhere; newest first. */
  async listAll(
    options: PageQuery & {
      readonly tenant_id?: string;
      readonly kind?: string;
    },
  ) {
    const { knex } = this;
    const query = knex('mcp_servers as s')
      .whereNull('s.deleted_at')
      .select('s.*', pendingChanges(knex), liveSubscriptions(knex));
    if (options.tenant_id) query.where('s.tenant_id', options.tenant_id);
    if (options.kind) query.where('s.kind', options.kind);
    const page: Page<ReturnType<typeof toOverview>> = await pageOf(
      query,
      options,
      newestFirst('s.id'),
      toOverview,
    );
    return page;
  }

  async count(tenantId: string, db: Knex): Promise<number> {
    const row = await db('mcp_servers')
      .where({ tenant_id: tenantId, kind: 'mcp' })
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async create(
    db: Knex,
    at: { readonly tenantId: string; readonly id: string; slug: string },
    fields: UpstreamFields,
  ): Promise<void> {
    await db('mcp_servers').insert({
      id: at.id,
      tenant_id: at.tenantId,
      slug: at.slug,
      kind: 'mcp',
      created_at: now(),
      aggregate_version: 1,
      ...toRow(at.slug, fields),
    });
  }

  /** False when it was changed since it was read. */
  async update(
    db: Knex,
    { wire, version }: UpstreamRecord,
    fields: UpstreamFields,
  ): Promise<boolean> {
    const count = await db('mcp_servers')
      .where(asRead(wire, version))
      .update({ ...toRow(wire.slug, fields), aggregate_version: version + 1 });
    return count === 1;
  }

  /** As `update`; its tools and what it changed of them go with it. */
  async remove(db: Knex, { wire, version }: UpstreamRecord): Promise<boolean> {
    const row = await db('mcp_servers')
      .where(asRead(wire, version))
      .first('id');
    if (!row) return false;
    for (const table of ['mcp_tool_changes', 'mcp_server_tools']) {
      await db(table)
        .where({ tenant_id: wire.tenant_id, server_id: wire.id })
        .del();
    }
    return (await db('mcp_servers').where(asRead(wire, version)).del()) === 1;
  }

  /** That it answered, and in which version of the protocol; or why not. */
  async discovered(
    db: Knex,
    { tenant_id: tenantId, id }: Wire,
    how: { readonly protocol?: string; readonly error?: UpstreamFailure },
  ): Promise<void> {
    await db('mcp_servers')
      .where({ tenant_id: tenantId, id })
      .update({
        discovery_error: how.error ?? null,
        ...(!how.error && {
          discovered_at: now(),
          protocol_version: how.protocol?.slice(0, 20) ?? null,
        }),
      });
  }
}

function asRead({ tenant_id, id }: Wire, version: number) {
  return { tenant_id, id, kind: 'mcp', aggregate_version: version };
}

function pendingChanges(db: Knex) {
  return db('mcp_tool_changes as c')
    .count('*')
    .whereRaw('c.server_id = s.id')
    .where('c.status', 'pending')
    .as('pending_changes');
}

function liveSubscriptions(db: Knex) {
  return db('mcp_subscriptions as m')
    .count('*')
    .whereRaw('m.server_id = s.id')
    .whereIn('m.status', ['pending', 'active', 'suspended'])
    .as('live_subscriptions');
}

function toRow(slug: string, fields: UpstreamFields) {
  return {
    name: fields.name,
    description: fields.description ?? null,
    endpoint: fields.endpoint,
    transport: fields.transport,
    auth_type: fields.auth.type,
    auth_header: fields.auth.header ?? null,
    sealed_secret: fields.sealedSecret ?? null,
    visibility: fields.visibility,
    status: fields.status,
    new_tools: fields.newTools,
    search_text: searchText(slug, fields.name, fields.description),
    updated_at: now(),
  };
}

function toRecord(row: any): UpstreamRecord {
  const discoveredAt = isoOrNull(row.discovered_at);
  return {
    version: row.aggregate_version,
    sealedSecret: row.sealed_secret ?? undefined,
    wire: {
      id: row.id,
      tenant_id: row.tenant_id,
      slug: row.slug,
      display_name: row.name,
      ...(row.description && { description: row.description }),
      endpoint: row.endpoint,
      transport: row.transport,
      auth: {
        type: row.auth_type,
        ...(row.auth_header && { header: row.auth_header }),
      },
      visibility: row.visibility,
      status: row.status,
      new_tools: row.new_tools,
      tool_count: row.tool_count,
      pending_changes: Number(row.pending_changes),
      ...(discoveredAt && { discovered_at: discoveredAt }),
      ...(row.discovery_error && { discovery_error: row.discovery_error }),
      ...(row.protocol_version && { protocol_version: row.protocol_version }),
      created_at: iso(row.created_at),
      updated_at: iso(row.updated_at),
    },
  };
}

function toOverview(row: any) {
  return {
    id: row.id as string,
    tenant_id: row.tenant_id as string,
    slug: row.slug as string,
    kind: row.kind as 'toolset' | 'mcp',
    display_name: row.name as string,
    visibility: row.visibility as Wire['visibility'],
    status: row.status as Wire['status'],
    tool_count: row.tool_count as number,
    pending_changes: Number(row.pending_changes),
    live_subscriptions: Number(row.live_subscriptions),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
