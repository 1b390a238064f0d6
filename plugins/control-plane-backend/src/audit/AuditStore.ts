import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { decodeCursor, toPage } from '../database/cursor';
import { fromJson, iso } from '../database/values';

/** Reads the audit of one tenant, newest first. */
export class AuditStore {
  constructor(readonly knex: Knex) {}

  async list(
    tenantId: string,
    options: { limit: number; cursor?: string; outcome?: string },
  ): Promise<{ items: Schema<'AuditEntry'>[]; next_cursor?: string }> {
    const after = decodeCursor(options.cursor, 1);
    const query = this.knex('audit_log as a')
      .leftJoin('person_keys as k', 'k.pseudonym', 'a.actor')
      .leftJoin('people as p', 'p.subject', 'k.subject')
      .where('a.tenant_id', tenantId)
      .orderBy('a.seq', 'desc')
      .limit(options.limit + 1)
      .select('a.*', 'k.subject as person', 'p.name as person_name');
    if (options.outcome) query.where('a.outcome', options.outcome);
    if (after) query.where('a.seq', '<', Number(after[0]) || 0);
    return toPage(
      await query,
      options.limit,
      row => ({
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
      }),
      row => [String(row.seq)],
    );
  }
}
