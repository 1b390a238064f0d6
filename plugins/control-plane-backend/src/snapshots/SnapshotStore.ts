import { Schema, operations } from '@stoa/plugin-stoa-common';
import { maskSnapshot, maskText } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { decodeCursor, toPage } from '../database/cursor';
import { fromJson, iso } from '../database/values';

/** A failed call, as a gateway reports it. */
export type ReportedError = NonNullable<
  operations['reportGatewayEvents']['requestBody']['content']['application/json']['errors']
>[number];

/** What is kept of a request or an answer, in characters of JSON. */
const PART_MAX = 8_192;
/** SQLite takes few bound values at once. */
const BATCH = 30;

/** Masked pictures of failed calls: for the operators of the tenant, and for whoever called. */
export class SnapshotStore {
  constructor(readonly knex: Knex) {}

  /**
   * Keeps what gateways report; one that came before (same `event_id`) changes
   * nothing. It was masked where it was taken, and is again: a gateway may be older
   * than our rules.
   */
  async record(errors: readonly ReportedError[]): Promise<void> {
    const rows = errors.map(error => ({
      id: error.event_id,
      tenant_id: error.tenant_id,
      subject: error.subject,
      server: error.server ?? null,
      tool_name: error.tool ?? null,
      api_id: error.api ?? null,
      error_type: error.error_type,
      error_message: maskText(error.error_message),
      http_status: error.http_status ?? null,
      request_data: toPart(error.request),
      response_data: toPart(error.response),
      request_id: error.request_id ?? null,
      status: 'unresolved',
      created_at: new Date(error.timestamp).toISOString(),
    }));
    await this.knex.transaction(async trx => {
      for (let i = 0; i < rows.length; i += BATCH) {
        await trx('mcp_error_snapshots')
          .insert(rows.slice(i, i + BATCH))
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
    options: {
      limit: number;
      cursor?: string;
      server?: string;
      tool?: string;
      error_type?: string;
    },
  ): Promise<{ items: Schema<'Snapshot'>[]; next_cursor?: string }> {
    const after = decodeCursor(options.cursor, 2, 1);
    const query = this.#select()
      .orderBy([
        { column: 'e.created_at', order: 'desc' },
        { column: 'e.id', order: 'desc' },
      ])
      .limit(options.limit + 1);
    if ('tenantId' in scope) query.where('e.tenant_id', scope.tenantId);
    else query.where('e.subject', scope.subject);
    if (options.server) query.where('e.server', options.server);
    if (options.tool) query.where('e.tool_name', options.tool);
    if (options.error_type) query.where('e.error_type', options.error_type);
    if (after) {
      const at = timeOf(after[0]);
      query.where(q =>
        q
          .where('e.created_at', '<', at)
          .orWhere(r =>
            r.where('e.created_at', at).andWhere('e.id', '<', after[1]),
          ),
      );
    }
    return toPage(await query, options.limit, toWire, row => [
      iso(row.created_at),
      row.id,
    ]);
  }

  #select() {
    return this.knex('mcp_error_snapshots as e')
      .leftJoin('people as p', 'p.subject', 'e.subject')
      .select('e.*', 'p.name as subject_name');
  }
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
    ...(row.request_id && { request_id: row.request_id }),
    status: row.status,
    request: fromJson(row.request_data),
    response: fromJson(row.response_data),
  };
}
