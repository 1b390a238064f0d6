import { Knex } from 'knex';
import { fromJson, now } from '../database/values';
import { FeedInput } from '../database/UnitOfWork';

/** An item of the feed, numbered in the order in which it became visible. */
export interface FeedItem {
  readonly seq: number;
  readonly kind: string;
  readonly op: 'put' | 'delete';
  readonly key: string;
  readonly value?: unknown;
}

/** How many items a gateway may be behind before it starts anew. */
const KEPT = 50_000;

/**
 * The numbered tail of what gateways must know. Numbers are given by the relay
 * under the lock of one row, so that an item is never seen after a later one.
 */
export class FeedStore {
  constructor(readonly knex: Knex) {}

  /** Numbers and keeps an item; a second delivery of the same outbox row does nothing. */
  async append(outboxId: string, item: FeedInput): Promise<void> {
    await this.knex.transaction(async trx => {
      const [head] = await trx('feed_head')
        .where({ id: 1 })
        .increment('seq', 1)
        .returning('seq');
      await trx('feed')
        .insert({
          seq: Number(head.seq),
          outbox_id: outboxId,
          kind: item.kind,
          op: item.op,
          key: item.key,
          value: item.value === undefined ? null : JSON.stringify(item.value),
          created_at: now(),
        })
        .onConflict('outbox_id')
        .ignore();
    });
  }

  async head(): Promise<number> {
    const row = await this.knex('feed_head').where({ id: 1 }).first('seq');
    return Number(row.seq);
  }

  /** Items after a number, in order; `undefined` when that far back is not kept any more. */
  async after(seq: number, limit: number): Promise<FeedItem[] | undefined> {
    const known = await this.knex('feed_head').where({ id: 1 }).first();
    const head = Number(known.seq);
    const from = Math.max(head - KEPT, Number(known.kept_from));
    if (seq > head || seq < from) return undefined;
    const rows = await this.knex('feed')
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(limit);
    return rows.map(row => ({
      seq: Number(row.seq),
      kind: row.kind,
      op: row.op,
      key: row.key,
      ...(row.value !== null && { value: fromJson(row.value) }),
    }));
  }

  async sweep(): Promise<void> {
    await this.knex('feed')
      .where('seq', '<', (await this.head()) - KEPT)
      .del();
  }
}
