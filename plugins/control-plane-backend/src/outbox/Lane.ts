import { LoggerService } from '@backstage/backend-plugin-api';
import { NotTaken, TryLater } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { fromJson, isPostgres, now } from '../database/values';
import { PARTITIONS } from '../database/UnitOfWork';
import { Leases } from './Leases';

export type Channel = 'event' | 'audit' | 'feed';

export interface OutboxRow {
  readonly id: string;
  readonly channel: Channel;
  readonly topic: string;
  readonly tenant_id: string;
  readonly aggregate: string;
  readonly aggregate_version: number;
  readonly attempts: number;
  readonly traceparent?: string | null;
  readonly message: unknown;
}

/**
 * Carries messages of one tenant in their order; must do nothing the second time
 * for the same row id. Throws `NotTaken` saying how many it has carried.
 */
export type Carrier = (rows: readonly OutboxRow[]) => Promise<void>;

const BATCH = 200;
const MAX_ATTEMPTS = 5;
const AWAY_MS = 500;

/** The rows of one channel on their way; a channel that waits holds up none of the others. */
export class Lane {
  readonly #knex: Knex;
  readonly #blocked = new Map<string, number>();

  constructor(
    readonly options: {
      readonly knex: Knex;
      readonly channel: Channel;
      readonly carrier: Carrier;
      readonly logger: LoggerService;
      readonly owner: string;
      readonly leases: Leases;
    },
  ) {
    this.#knex = options.knex;
  }

  /** Carries what is next of each tenant, and answers how much that was. */
  async carry(): Promise<number> {
    const partitions = this.options.leases.held;
    if (partitions.length === 0) return 0;
    const time = Date.now();
    for (const [tenant, until] of this.#blocked) {
      if (until <= time) this.#blocked.delete(tenant);
    }
    const rows = await this.#claim(partitions);
    const byTenant = new Map<string, OutboxRow[]>();
    for (const row of inOrder(rows)) {
      const list = byTenant.get(row.tenant_id) ?? [];
      list.push(row);
      byTenant.set(row.tenant_id, list);
    }
    await Promise.all(
      [...byTenant.values()].map(list => this.#carryTenant(list)),
    );
    return rows.length;
  }

  async #claim(partitions: readonly number[]): Promise<OutboxRow[]> {
    const { channel, owner } = this.options;
    const query = this.#knex('outbox')
      .select('id')
      .where({ state: 'pending', channel })
      .whereNotIn('tenant_id', [...this.#blocked.keys()])
      .orderBy('id')
      .limit(BATCH);
    if (partitions.length < PARTITIONS) query.whereIn('partition', partitions);
    if (isPostgres(this.#knex)) query.forUpdate().skipLocked();
    const rows = await this.#knex('outbox')
      .whereIn('id', query)
      .update({ state: 'claimed', claimed_by: owner })
      .returning('*');
    return rows.map(row => ({ ...row, message: fromJson(row.message) }));
  }

  async #carryTenant(rows: readonly OutboxRow[]): Promise<void> {
    let taken = rows.length;
    try {
      await this.options.carrier(rows);
    } catch (error) {
      const refused =
        error instanceof NotTaken ? error : new NotTaken(0, error as Error);
      taken = refused.taken;
      await this.#refused(rows[taken], refused.cause);
      await this.#mine(rows.slice(taken + 1)).update({
        state: 'pending',
        claimed_by: null,
      });
    }
    if (taken > 0) await this.#mine(rows.slice(0, taken)).del();
  }

  async #refused(row: OutboxRow, reason: Error): Promise<void> {
    const { logger, channel } = this.options;
    const what = `${channel} ${row.topic} ${row.id}`;
    if (reason instanceof TryLater) {
      logger.warn(`${what} waits: ${reason.message}`);
      this.#blocked.set(row.tenant_id, Date.now() + AWAY_MS);
      await this.#mine([row]).update({ state: 'pending', claimed_by: null });
      return;
    }
    const attempts = row.attempts + 1;
    const dead = attempts >= MAX_ATTEMPTS;
    logger[dead ? 'error' : 'warn'](
      `${what} failed (${attempts} of ${MAX_ATTEMPTS})`,
      reason,
    );
    if (!dead)
      this.#blocked.set(row.tenant_id, Date.now() + 200 * 2 ** attempts);
    await this.#mine([row]).update({
      state: dead ? 'dead' : 'pending',
      claimed_by: null,
      attempts,
      last_error: `${now()} ${reason.message}`.slice(0, 2000),
    });
  }

  /** Unless another relay has taken them over. */
  #mine(rows: readonly OutboxRow[]): Knex.QueryBuilder {
    return this.#knex('outbox')
      .whereIn(
        'id',
        rows.map(row => row.id),
      )
      .where({ claimed_by: this.options.owner });
  }
}

/** A carrier that takes one row after the other. */
export function oneByOne(carry: (row: OutboxRow) => Promise<void>): Carrier {
  return async rows => {
    for (const [taken, row] of rows.entries()) {
      try {
        await carry(row);
      } catch (error) {
        throw new NotTaken(taken, error as Error);
      }
    }
  };
}

/** Rows by id, but within an aggregate by its version: two processes' clocks may disagree, versions do not. */
export function inOrder(rows: readonly OutboxRow[]): OutboxRow[] {
  const sorted = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const versions = new Map<string, OutboxRow[]>();
  for (const row of sorted) {
    const list = versions.get(row.aggregate) ?? [];
    list.push(row);
    versions.set(row.aggregate, list);
  }
  for (const list of versions.values()) {
    list.sort((a, b) => a.aggregate_version - b.aggregate_version);
  }
  return sorted.map(row => versions.get(row.aggregate)!.shift()!);
}
