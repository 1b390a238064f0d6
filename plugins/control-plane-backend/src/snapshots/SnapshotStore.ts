import { Schema, operations } from '@stoa/plugin-stoa-common';
import { maskSnapshot, maskText } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { Page, PageQuery, pageOf, Sorting } from '../database/page';
import { fromJson, iso, now } from '../database/values';

/** A failed call, as a gateway reports it. */
export type ReportedError = NonNullable<
  operations['reportGatewayEvents']['requestBody']['content']['application/json']['errors']
>[number];

/** What a list may be narrowed to, by the column it is in. */
const FILTERS = {
  server: 'server',
  tool: 'tool_name',
  api_id: 'api_id',
  error_type: 'error_type',
  status: 'status',
  request_id: 'request_id',
} as const;

export type SnapshotFilter = {
  readonly [Name in keyof typeof FILTERS]?: string;
} & { readonly from?: string; readonly to?: string };

/** What is kept of a request or an answer, in characters of JSON. */
const PART_MAX = 8_192;
/** What fails alike for longer is told of anew. */
const ALIKE_MS = 3_600_000;

const NEWEST_FIRST: Sorting<any> = {
  columns: ['e.created_at', 'e.id'],
  order: 'desc',
  keyOf: row => [iso(row.created_at), row.id],
  uuidAt: 1,
  read: ([at, id]) => [timeOf(at), id],
};

/** Masked pictures of failed calls: for the operators of the tenant, and for whoever called. */
export class SnapshotStore {
  constructor(readonly knex: Knex) {}

  /**
   * Keeps what gateways report; one that came before (same `event_id`) changes
   * nothing. It was masked where it was taken, and is again: a gateway may be older
   * than our rules.
   */
  async record(errors: readonly ReportedError[]): Promise<void> {
    const rows = errors.map(toRow);
    await this.knex.transaction(async trx => {
      for (const row of rows) {
        if (!(await addToLike(trx, row)))
          await trx('mcp_error_snapshots')
            .insert(row)
            .onConflict('id')
            .ignore();
      }
    });
  }

  async get(
    tenantId: string,
    id: string,
  ): Promise<Schema<'Snapshot'> | undefined> {
    const row = await this.#select()
      .where({ 'e.tenant_id': tenantId, 'e.id': id })
      .first();
    return row && toWire(row);
  }

  /** Newest first, of a tenant's tools or of one person's calls. */
  async list(
    scope: { tenantId: string } | { subject: string },
    options: PageQuery & SnapshotFilter,
  ): Promise<Page<Schema<'Snapshot'>>> {
    const query = this.#select();
    if ('tenantId' in scope) query.where('e.tenant_id', scope.tenantId);
    else query.where('e.subject', scope.subject);
    for (const [name, column] of Object.entries(FILTERS)) {
      const value = options[name as keyof typeof FILTERS];
      if (value !== undefined) query.where(`e.${column}`, value);
    }
    if (options.from) query.where('e.created_at', '>=', iso(options.from));
    if (options.to) query.where('e.created_at', '<', iso(options.to));
    return pageOf(query, options, NEWEST_FIRST, toWire);
  }

  /** False unless it is still of the version that was read. */
  async update(
    db: Knex,
    tenantId: string,
    id: string,
    version: number,
    change: { status?: string; note?: string; by: string },
  ): Promise<boolean> {
    const count = await db('mcp_error_snapshots')
      .where({ tenant_id: tenantId, id, aggregate_version: version })
      .update({
        ...(change.status !== undefined && { status: change.status }),
        ...(change.note !== undefined && { note: change.note || null }),
        updated_by: change.by,
        updated_at: now(),
        aggregate_version: version + 1,
      });
    return count === 1;
  }

  #select() {
    return this.knex('mcp_error_snapshots as e')
      .leftJoin('people as p', 'p.subject', 'e.subject')
      .leftJoin('people as u', 'u.subject', 'e.updated_by')
      .select('e.*', 'p.name as subject_name', 'u.name as updated_by_name');
  }
}

function toRow(error: ReportedError) {
  const at = new Date(error.timestamp).toISOString();
  const row = {
    tenant_id: error.tenant_id,
    subject: error.subject,
    server: error.server ?? null,
    tool_name: error.tool ?? null,
    api_id: error.api ?? null,
    environment: error.environment ?? null,
    error_type: error.error_type,
    error_message: maskText(error.error_message),
    http_status: error.http_status ?? null,
  };
  return {
    ...row,
    id: error.event_id,
    fingerprint: createHash('sha256')
      .update(JSON.stringify(Object.values(row)))
      .digest('hex'),
    request_data: toPart(error.request),
    response_data: toPart(error.response),
    request_id: error.request_id ?? null,
    trace_id: traceIdOf(error.traceparent),
    status: 'unresolved',
    occurrences: error.occurrences ?? 1,
    created_at: at,
    last_at: at,
  };
}

/**
 * Counts a failure with one that is just like it, nobody has looked at yet, and began
 * within the hour. False when there is none.
 */
async function addToLike(
  trx: Knex.Transaction,
  row: ReturnType<typeof toRow>,
): Promise<boolean> {
  const { id, tenant_id, fingerprint, occurrences, created_at: at } = row;
  const near = (ms: number) => new Date(Date.parse(at) + ms).toISOString();
  const like = await trx('mcp_error_snapshots')
    .where({ tenant_id, fingerprint, status: 'unresolved' })
    .where('created_at', '>', near(-ALIKE_MS))
    .where('created_at', '<', near(ALIKE_MS))
    .orderBy('created_at', 'desc')
    .first('id', 'last_at');
  // The same report once more is no other failure.
  if (!like || like.id === id) return false;
  const count = await trx('mcp_error_snapshots')
    .where({ tenant_id, id: like.id, status: 'unresolved' })
    .update({
      occurrences: trx.raw('occurrences + ?', [occurrences]),
      ...(at > iso(like.last_at) && { last_at: at }),
    });
  return count === 1;
}

/** W3C Trace Context §3.2.2. */
function traceIdOf(traceparent: string | undefined): string | null {
  return /^00-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1] ?? null;
}

/** Masked, and no longer than what helps to find the fault. */
function toPart(value: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(maskSnapshot(value));
  return text.length <= PART_MAX
    ? text
    : JSON.stringify({ truncated: true, characters: text.length });
}

function timeOf(value: string): string {
  const time = Date.parse(value);
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}

function toWire(row: any): Schema<'Snapshot'> {
  return {
    id: row.id,
    at: iso(row.created_at),
    tenant_id: row.tenant_id,
    ...(row.subject && { subject: row.subject }),
    ...(row.subject_name && { subject_name: row.subject_name }),
    ...(row.server && { server: row.server }),
    ...(row.tool_name && { tool: row.tool_name }),
    ...(row.api_id && { api_id: row.api_id }),
    error_type: row.error_type,
    error_message: row.error_message ?? '',
    ...(row.http_status !== null && { http_status: row.http_status }),
    ...(row.environment && { environment: row.environment }),
    ...(row.request_id && { request_id: row.request_id }),
    ...(row.trace_id && { trace_id: row.trace_id }),
    occurrences: row.occurrences,
    last_at: iso(row.last_at ?? row.created_at),
    status: row.status,
    ...(row.note && { note: row.note }),
    ...(row.updated_by && {
      updated_by: row.updated_by_name ?? row.updated_by,
      updated_at: iso(row.updated_at),
    }),
    version: row.aggregate_version,
    request: fromJson(row.request_data),
    response: fromJson(row.response_data),
  };
}
