import { Knex } from 'knex';
import { batchesOf } from '../database/batches';
import { isPostgres } from '../database/values';
import { BUCKETS, MeteredCall, Rollup, rollUp } from './rollup';

/** Any number that nobody else locks. */
const LOCK = 7_010_442;
/** Raw events that a rebuild reads at a time. */
const PAGE = 5_000;

/** Keeps calls added up by hour and by day. */
export class RollupStore {
  constructor(readonly knex: Knex) {}

  /** Adds calls that were not added before, in the transaction that keeps them. */
  async add(
    trx: Knex.Transaction,
    calls: readonly Omit<MeteredCall, 'plan'>[],
  ): Promise<void> {
    if (calls.length === 0) return;
    await lock(trx, 'shared');
    await this.#write(trx, rollUp(await withPlans(trx, calls)));
  }

  /**
   * Adds up the raw events of whole days anew, `from` (inclusive) to `to`, both as
   * `YYYY-MM-DD`: what it gives is what adding each event as it came gave.
   */
  async rebuild(from: string, to: string): Promise<void> {
    for (let day = from; day < to; day = dayAfter(day)) {
      await this.knex.transaction(async trx => {
        await lock(trx, 'exclusive');
        await trx('usage_rollups')
          .where('bucket', '>=', day)
          .where('bucket', '<', dayAfter(day))
          .del();
        for (let after = ''; ; ) {
          const page = await rawOf(trx, day, after);
          const calls = await withPlans(trx, page);
          await this.#write(trx, rollUp(calls));
          if (page.length < PAGE) break;
          after = page[page.length - 1].event_id;
        }
      });
    }
  }

  /** Adds up what was kept before anything was added up. */
  async begin(): Promise<void> {
    if (await this.knex('usage_rollups').first('id')) return;
    const oldest = await this.knex('metering_events')
      .min({ bucket: 'bucket' })
      .first();
    if (!oldest?.bucket) return;
    const tomorrow = dayAfter(new Date().toISOString().slice(0, BUCKETS.day));
    await this.rebuild(oldest.bucket.slice(0, BUCKETS.day), tomorrow);
  }

  async #write(
    trx: Knex.Transaction,
    rollups: readonly Rollup[],
  ): Promise<void> {
    for (const batch of batchesOf(trx, rollups)) {
      const ids = batch.map(({ id }) => id);
      // A row must be there before it can be held.
      await trx('usage_rollups')
        .insert(batch.map(rollup => emptied(rollup)))
        .onConflict('id')
        .ignore();
      const held = trx('usage_rollups').whereIn('id', ids).orderBy('id');
      const rows = await (isPostgres(trx) ? held.forUpdate() : held);
      const byId = new Map(rows.map(row => [row.id, row]));
      for (const rollup of batch) rollup.addRow(byId.get(rollup.id));
      await trx('usage_rollups')
        .insert(batch.map(rollup => rollup.toRow()))
        .onConflict('id')
        .merge([
          'calls',
          'latency_micros',
          'latency_max',
          'request_bytes',
          'response_bytes',
          'latencies',
        ]);
    }
  }
}

function emptied(rollup: Rollup) {
  return {
    ...rollup.toRow(),
    calls: 0,
    latency_micros: 0,
    latency_max: 0,
    request_bytes: 0,
    response_bytes: 0,
    latencies: '',
  };
}

/** Nobody adds while a day is added up anew. SQLite has one writer at a time. */
async function lock(
  trx: Knex.Transaction,
  how: 'shared' | 'exclusive',
): Promise<void> {
  if (!isPostgres(trx)) return;
  const suffix = how === 'shared' ? '_shared' : '';
  await trx.raw(`SELECT pg_advisory_xact_lock${suffix}(?)`, [LOCK]);
}

async function rawOf(trx: Knex.Transaction, day: string, after: string) {
  const query = trx('metering_events')
    .where('bucket', '>=', day)
    .where('bucket', '<', dayAfter(day))
    .orderBy('event_id')
    .limit(PAGE);
  const rows = await (after ? query.where('event_id', '>', after) : query);
  return rows.map((row: any) => ({
    ...row,
    at: row.bucket,
    request_bytes:
      row.request_bytes === null ? null : Number(row.request_bytes),
    response_bytes:
      row.response_bytes === null ? null : Number(row.response_bytes),
  }));
}

/** The plans that the subscriptions are on now. */
async function withPlans(
  trx: Knex.Transaction,
  calls: readonly Omit<MeteredCall, 'plan'>[],
): Promise<MeteredCall[]> {
  const ids = [
    ...new Set(calls.map(call => call.subscription_id).filter(isUuid)),
  ];
  const plans = new Map<string, string>();
  for (const batch of batchesOf(trx, ids)) {
    for (const table of ['subscriptions', 'mcp_subscriptions']) {
      const rows = await trx(table).whereIn('id', batch).select('id', 'plan');
      for (const { id, plan } of rows) plans.set(id, plan);
    }
  }
  return calls.map(call => ({
    ...call,
    plan: plans.get(call.subscription_id ?? '') ?? null,
  }));
}

function isUuid(id: string | null): id is string {
  return id !== null && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00.000Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, BUCKETS.day);
}
