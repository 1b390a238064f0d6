import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { Page, PageQuery, pageOf, Sorting } from '../database/page';
import { fromJson, iso } from '../database/values';

/** What a list or an export is narrowed to. Times are ISO 8601 UTC; `to` is exclusive. */
export interface AuditFilter {
  readonly outcome?: string;
  readonly action?: string;
  /** The subject of a person or program, or a pseudonym. */
  readonly actor?: string;
  readonly resource?: string;
  readonly correlation_id?: string;
  readonly from?: string;
  readonly to?: string;
}

/** An entry with all that its hash covers. */
export type ExportedEntry = Schema<'AuditEntry'> & {
  readonly tenant_id: string;
  readonly event_id: string;
  readonly pseudonym: string;
  readonly address: string;
  readonly prev_hash: string;
};

/** Of an export, in memory at a time. */
const BATCH = 500;

const NEWEST_FIRST: Sorting<any> = {
  columns: ['a.seq'],
  order: 'desc',
  keyOf: row => [String(row.seq)],
  read: ([seq]) => [Number.isSafeInteger(Number(seq)) ? Number(seq) : 0],
};

/** Reads the audit of one tenant. */
export class AuditStore {
  constructor(readonly knex: Knex) {}

  /** Newest first. */
  async list(
    tenantId: string,
    options: AuditFilter & PageQuery,
  ): Promise<Page<Schema<'AuditEntry'>>> {
    const actor = await this.#pseudonymOf(options.actor);
    const query = this.#select(tenantId, { ...options, actor });
    return pageOf(query, options, NEWEST_FIRST, toEntry);
  }

  /** Oldest first. */
  async *batches(
    tenantId: string,
    filter: AuditFilter,
  ): AsyncGenerator<ExportedEntry[]> {
    const actor = await this.#pseudonymOf(filter.actor);
    let seq = 0;
    for (;;) {
      const rows = await this.#select(tenantId, { ...filter, actor })
        .where('a.seq', '>', seq)
        .orderBy('a.seq')
        .limit(BATCH);
      if (rows.length === 0) return;
      yield rows.map(toExported);
      seq = Number(rows[rows.length - 1].seq);
    }
  }

  #select(tenantId: string, filter: AuditFilter) {
    const query = this.knex('audit_log as a')
      .leftJoin('person_keys as k', 'k.pseudonym', 'a.actor')
      .leftJoin('people as p', 'p.subject', 'k.subject')
      .where('a.tenant_id', tenantId)
      .select('a.*', 'k.subject as person', 'p.name as person_name');
    for (const column of [
      'outcome',
      'action',
      'resource',
      'correlation_id',
    ] as const) {
      const value = filter[column];
      if (value !== undefined) query.where(`a.${column}`, value);
    }
    if (filter.actor !== undefined) query.where('a.actor', filter.actor);
    if (filter.from) query.where('a.at', '>=', iso(filter.from));
    if (filter.to) query.where('a.at', '<', iso(filter.to));
    return query;
  }

  async #pseudonymOf(actor: string | undefined): Promise<string | undefined> {
    if (actor === undefined) return undefined;
    const row = await this.knex('person_keys')
      .where({ subject: actor })
      .first('pseudonym');
    return row?.pseudonym ?? actor;
  }
}

function toEntry(row: any): Schema<'AuditEntry'> {
  return {
    seq: Number(row.seq),
    at: iso(row.at),
    actor: row.person_name ?? row.person ?? row.actor,
    action: row.action,
    resource: row.resource,
    outcome: row.outcome,
    count: row.count,
    details: fromJson<Record<string, unknown>>(row.details),
    correlation_id: row.correlation_id,
    hash: row.hash,
  };
}

function toExported(row: any): ExportedEntry {
  return {
    tenant_id: row.tenant_id,
    event_id: row.event_id,
    ...toEntry(row),
    pseudonym: row.actor,
    address: row.address,
    prev_hash: row.prev_hash,
  };
}
