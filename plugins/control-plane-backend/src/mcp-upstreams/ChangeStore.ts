import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { searchText } from '../database/search';
import { fromJson, iso, now } from '../database/values';
import { refusedAs, ToolChange } from './changesBetween';
import { PinnedDefinition } from './definitionOf';

export type ChangeStatus = 'pending' | 'accepted' | 'rejected' | 'withdrawn';

/** A difference that somebody decides on, or decided. Times are ISO 8601 in UTC. */
export interface ChangeRecord extends ToolChange {
  readonly id: string;
  readonly serverId: string;
  readonly status: ChangeStatus;
  readonly foundAt: string;
  readonly decidedBy?: string;
  readonly decidedAt?: string;
}

export interface ServerKey {
  readonly tenantId: string;
  readonly serverId: string;
}

/** What servers elsewhere changed of their tools, and the tools as they were accepted. */
export class ChangeStore {
  constructor(readonly knex: Knex) {}

  async get(
    key: ServerKey,
    id: string,
    db: Knex = this.knex,
  ): Promise<ChangeRecord | undefined> {
    const row = await this.#of(key, db).where({ id }).first();
    return row && toChange(row);
  }

  /** Newest first. */
  async list(
    key: ServerKey,
    options: PageQuery & { readonly status?: ChangeStatus },
  ): Promise<Page<ChangeRecord>> {
    const query = this.#of(key).select();
    if (options.status) query.where({ status: options.status });
    return pageOf(query, options, newestFirst('id'), toChange);
  }

  /** What waits, by tool. */
  async pending(key: ServerKey, db: Knex): Promise<ChangeRecord[]> {
    return (await this.#of(key, db).where({ status: 'pending' })).map(toChange);
  }

  /** What was refused, as `refusedAs` names it. */
  async refused(key: ServerKey, db: Knex): Promise<Set<string>> {
    const rows = await this.#of(key, db)
      .where({ status: 'rejected' })
      .select('tool_name as tool', 'kind', 'hash');
    return new Set(rows.map(refusedAs));
  }

  async hold(db: Knex, key: ServerKey, change: ToolChange): Promise<void> {
    const json = (value: unknown) =>
      value === undefined ? null : JSON.stringify(value);
    await db('mcp_tool_changes').insert({
      id: uuid(),
      tenant_id: key.tenantId,
      server_id: key.serverId,
      tool_name: change.tool,
      kind: change.kind,
      hash: change.hash,
      definition: json(change.definition),
      pinned: json(change.pinned),
      status: 'pending',
      found_at: now(),
    });
  }

  /** False when it waits no more. */
  async decide(
    db: Knex,
    key: ServerKey,
    id: string,
    status: Exclude<ChangeStatus, 'pending'>,
    subject: string,
  ): Promise<boolean> {
    const count = await this.#of(key, db)
      .where({ id, status: 'pending' })
      .update({ status, decided_by: subject, decided_at: now() });
    return count === 1;
  }

  /** The tools as they were accepted, by name. */
  async pinned(key: ServerKey, db: Knex): Promise<PinnedDefinition[]> {
    const rows = await db('mcp_server_tools')
      .where({ tenant_id: key.tenantId, server_id: key.serverId })
      .orderBy('name');
    return rows.map(toDefinition);
  }

  /** Makes a tool what the change says. */
  async apply(db: Knex, key: ServerKey, change: ToolChange): Promise<void> {
    const where = {
      tenant_id: key.tenantId,
      server_id: key.serverId,
      name: change.tool,
    };
    await db('mcp_server_tools').where(where).del();
    if (change.definition) {
      await db('mcp_server_tools').insert({
        id: uuid(),
        ...where,
        ...toToolRow(change.definition),
      });
    }
    const count = db('mcp_server_tools')
      .where({ server_id: key.serverId })
      .count('*');
    await db('mcp_servers')
      .where({ tenant_id: key.tenantId, id: key.serverId })
      .update({ tool_count: count });
  }

  #of(
    { tenantId, serverId }: ServerKey,
    db: Knex = this.knex,
  ): Knex.QueryBuilder {
    return db('mcp_tool_changes').where({
      tenant_id: tenantId,
      server_id: serverId,
    });
  }
}

function toToolRow(tool: PinnedDefinition) {
  return {
    title: tool.title ?? null,
    description: tool.description,
    input_schema: JSON.stringify(tool.inputSchema),
    output_schema: tool.outputSchema ? JSON.stringify(tool.outputSchema) : null,
    annotations: tool.annotations ? JSON.stringify(tool.annotations) : null,
    hash: tool.hash,
    search_text: searchText(tool.name, tool.title, tool.description),
  };
}

function toDefinition(row: any): PinnedDefinition {
  const json = <T>(value: unknown) => fromJson<T | null>(value) ?? undefined;
  const outputSchema = json<PinnedDefinition['inputSchema']>(row.output_schema);
  const annotations = json<NonNullable<PinnedDefinition['annotations']>>(
    row.annotations,
  );
  return {
    name: row.name,
    ...(row.title !== null && { title: row.title }),
    description: row.description,
    inputSchema: fromJson(row.input_schema),
    ...(outputSchema && { outputSchema }),
    ...(annotations && { annotations }),
    hash: row.hash,
  };
}

function toChange(row: any): ChangeRecord {
  const definition = fromJson<PinnedDefinition | null>(row.definition);
  const pinned = fromJson<PinnedDefinition | null>(row.pinned);
  return {
    id: row.id,
    serverId: row.server_id,
    tool: row.tool_name,
    kind: row.kind,
    hash: row.hash,
    ...(definition && { definition }),
    ...(pinned && { pinned }),
    status: row.status,
    foundAt: iso(row.found_at),
    ...(row.decided_by && {
      decidedBy: row.decided_by,
      decidedAt: iso(row.decided_at),
    }),
  };
}
