import { Knex } from 'knex';

/** A relay that gives no sign of life for so long has lost its tenants to another one. */
const LEASE_MS = 5_000;

/** Which tenants' messages this process carries: those of the partitions that it holds the lease of. */
export class Leases {
  #held: readonly number[] = [];
  #until = 0;

  /** How often to renew. */
  readonly everyMs = LEASE_MS / 4;

  constructor(readonly knex: Knex, readonly owner: string) {}

  /** None when they were not renewed in time. */
  get held(): readonly number[] {
    return Date.now() < this.#until ? this.#held : [];
  }

  /** Keeps what it holds, and takes what nobody holds. */
  async renew(): Promise<void> {
    const time = Date.now();
    await this.knex('outbox_leases')
      .where({ owner: this.owner })
      .orWhere('expires_at', '<', new Date(time).toISOString())
      .update({
        owner: this.owner,
        expires_at: new Date(time + LEASE_MS).toISOString(),
      });
    const rows = await this.knex('outbox_leases')
      .where({ owner: this.owner })
      .select('partition');
    const held = rows.map(row => row.partition as number);
    const fresh = held.filter(p => !this.#held.includes(p));
    if (fresh.length > 0) {
      // Whatever the former holder had in hand was not finished: it is ours to do again.
      await this.knex('outbox')
        .whereIn('partition', fresh)
        .where({ state: 'claimed' })
        .update({ state: 'pending', claimed_by: null });
    }
    this.#held = held;
    this.#until = time + LEASE_MS;
  }

  async giveBack(): Promise<void> {
    this.#held = [];
    await this.knex('outbox_leases')
      .where({ owner: this.owner })
      .update({ owner: null, expires_at: new Date(0).toISOString() });
  }
}
