import { LoggerService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { fromJson, isPostgres, now } from '../database/values';
import { PARTITIONS } from '../database/UnitOfWork';

export interface OutboxRow {
  readonly id: string;
  readonly channel: 'event' | 'audit' | 'feed';
  readonly topic: string;
  readonly tenant_id: string;
  readonly aggregate: string;
  readonly aggregate_version: number;
  readonly attempts: number;
  readonly message: unknown;
}

/** Carries one message; must do nothing the second time for the same row id. */
export type Carrier = (row: OutboxRow) => Promise<void>;

const LEASE_MS = 5_000;
const BATCH = 200;
const MAX_ATTEMPTS = 5;
const POLL_MS = 250;

/**
 * Carries outbox rows to where they go: at least once, in order within a
 * tenant. Rows are claimed by state, because ids do not commit in order; a
 * lease per partition keeps one relay at a time on a tenant. A row that fails
 * holds back its tenant only, is tried again with backoff, and after five tries
 * is set aside as `dead` with its reason.
 */
export class Relay {
  readonly #knex: Knex;
  readonly #carriers: Readonly<Record<OutboxRow['channel'], Carrier>>;
  readonly #logger: LoggerService;
  readonly #owner: string;
  readonly #postgres: boolean;
  readonly #blocked = new Map<string, number>();
  #partitions: number[] = [];
  #leasedUntil = 0;
  #wake: (() => void) | undefined;
  #poked = false;
  #running = false;
  #loop: Promise<void> | undefined;

  constructor(options: {
    knex: Knex;
    carriers: Readonly<Record<OutboxRow['channel'], Carrier>>;
    logger: LoggerService;
    /** Must differ between processes that share a database. */
    owner: string;
  }) {
    this.#knex = options.knex;
    this.#carriers = options.carriers;
    this.#logger = options.logger;
    this.#owner = options.owner;
    this.#postgres = isPostgres(options.knex);
  }

  start(): void {
    this.#running = true;
    this.#loop = this.#run();
  }

  /** Says that there is work; cheap, may be called for every commit. */
  poke(): void {
    this.#poked = true;
    this.#wake?.();
  }

  /** Finishes the batch in hand and gives the leases back. */
  async stop(): Promise<void> {
    this.#running = false;
    this.poke();
    await this.#loop;
    await this.#knex('outbox_leases')
      .where({ owner: this.#owner })
      .update({ owner: null, expires_at: new Date(0).toISOString() });
  }

  async #run(): Promise<void> {
    while (this.#running) {
      let carried = 0;
      this.#poked = false;
      try {
        await this.#lease();
        carried = await this.#batch();
      } catch (error) {
        this.#logger.error(
          'The outbox relay could not read its rows',
          error as Error,
        );
      }
      if (carried === 0 && !this.#poked && this.#running) await this.#sleep();
    }
  }

  async #sleep(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  async #lease(): Promise<void> {
    const time = Date.now();
    if (time < this.#leasedUntil - LEASE_MS / 2) return;
    await this.#knex('outbox_leases')
      .where({ owner: this.#owner })
      .orWhere('expires_at', '<', new Date(time).toISOString())
      .update({
        owner: this.#owner,
        expires_at: new Date(time + LEASE_MS).toISOString(),
      });
    const rows = await this.#knex('outbox_leases')
      .where({ owner: this.#owner })
      .select('partition');
    const gained = rows.map(row => row.partition as number);
    const fresh = gained.filter(p => !this.#partitions.includes(p));
    if (fresh.length > 0) {
      // Whatever the former holder had in hand was not finished: it is ours to do again.
      await this.#knex('outbox')
        .whereIn('partition', fresh)
        .where({ state: 'claimed' })
        .update({ state: 'pending', claimed_by: null });
    }
    this.#partitions = gained;
    this.#leasedUntil = time + LEASE_MS;
  }

  async #batch(): Promise<number> {
    if (this.#partitions.length === 0) return 0;
    const time = Date.now();
    for (const [tenant, until] of this.#blocked) {
      if (until <= time) this.#blocked.delete(tenant);
    }
    const rows = await this.#claim([...this.#blocked.keys()]);
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

  async #claim(blocked: string[]): Promise<OutboxRow[]> {
    const query = this.#knex('outbox')
      .select('id')
      .where({ state: 'pending' })
      .whereNotIn('tenant_id', blocked)
      .orderBy('id')
      .limit(BATCH);
    if (this.#partitions.length < PARTITIONS)
      query.whereIn('partition', this.#partitions);
    if (this.#postgres) query.forUpdate().skipLocked();
    const rows = await this.#knex('outbox')
      .whereIn('id', query)
      .update({ state: 'claimed', claimed_by: this.#owner })
      .returning('*');
    return rows.map(row => ({ ...row, message: fromJson(row.message) }));
  }

  async #carryTenant(rows: readonly OutboxRow[]): Promise<void> {
    for (const [index, row] of rows.entries()) {
      try {
        await this.#carriers[row.channel](row);
        await this.#knex('outbox')
          .where({ id: row.id, claimed_by: this.#owner })
          .del();
      } catch (error) {
        await this.#failed(row, error as Error);
        const rest = rows.slice(index + 1).map(r => r.id);
        await this.#knex('outbox')
          .whereIn('id', rest)
          .update({ state: 'pending', claimed_by: null });
        return;
      }
    }
  }

  async #failed(row: OutboxRow, error: Error): Promise<void> {
    const attempts = row.attempts + 1;
    const dead = attempts >= MAX_ATTEMPTS;
    this.#logger[dead ? 'error' : 'warn'](
      `${row.channel} ${row.topic} ${row.id} failed (${attempts} of ${MAX_ATTEMPTS})`,
      error,
    );
    if (!dead)
      this.#blocked.set(row.tenant_id, Date.now() + 200 * 2 ** attempts);
    await this.#knex('outbox')
      .where({ id: row.id })
      .update({
        state: dead ? 'dead' : 'pending',
        claimed_by: null,
        attempts,
        last_error: `${now()} ${error.message}`.slice(0, 2000),
      });
  }
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
