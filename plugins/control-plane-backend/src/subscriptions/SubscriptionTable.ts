import { Knex } from 'knex';
import { Tx } from '../database/UnitOfWork';
import { decodeCursor, toPage } from '../database/cursor';
import { iso, isoOrNull, now } from '../database/values';
import { MoveName, MOVES, SubscriptionState } from './lifecycle';

/** What every subscription is, whatever it is to. */
export interface SubscriptionBase {
  readonly id: string;
  /** Of the thing subscribed to. */
  readonly tenantId: string;
  readonly subscriberId: string;
  readonly subscriberName?: string;
  readonly plan: string;
  /** Calls per minute. */
  readonly rateLimit: number;
  readonly burst: number;
  readonly keyPrefix: string;
  readonly keyHash: string;
  readonly status: SubscriptionState;
  readonly requestReason?: string;
  readonly statusReason?: string;
  readonly approvedAt: string | null;
  readonly approvedBy: string | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

export interface NewSubscription {
  readonly id: string;
  readonly tenantId: string;
  readonly subscriberId: string;
  readonly plan: string;
  readonly rateLimit: number;
  readonly burst: number;
  readonly keyHash: string;
  readonly keyPrefix: string;
  readonly status: SubscriptionState;
  readonly reason?: string;
}

/** Whose subscriptions: a person's, or those to things of a tenant (`to`: to one of them). */
export type SubscriptionScope =
  | { readonly subscriberId: string }
  | {
      readonly tenantId: string;
      readonly to?: string;
      readonly status?: string;
    };

/**
 * A table of subscriptions with its history. Those to APIs and those to MCP servers
 * differ in what they are to and are alike in everything else.
 */
export abstract class SubscriptionTable<S extends SubscriptionBase> {
  protected abstract readonly table: string;
  protected abstract readonly historyTable: string;
  /** The column that says what it is to. */
  protected abstract readonly toColumn: string;

  constructor(readonly knex: Knex) {}

  /** Rows of the table as `s`, joined with the names that go with them. */
  protected abstract joined(query: Knex.QueryBuilder): Knex.QueryBuilder;
  protected abstract toRecord(row: any): S;

  async get(id: string, db: Knex = this.knex): Promise<S | undefined> {
    const row = await this.select(db).where('s.id', id).first();
    return row && this.toRecord(row);
  }

  async findByKeyHash(hash: string): Promise<S | undefined> {
    const row = await this.select().where('s.api_key_hash', hash).first();
    return row && this.toRecord(row);
  }

  /** Newest first. */
  async list(
    scope: SubscriptionScope,
    options: { limit: number; cursor?: string },
  ): Promise<{ items: S[]; next_cursor?: string }> {
    const after = decodeCursor(options.cursor, 1, 0);
    const query = this.select()
      .orderBy('s.id', 'desc')
      .limit(options.limit + 1);
    if ('subscriberId' in scope)
      query.where('s.subscriber_id', scope.subscriberId);
    else {
      query.where('s.tenant_id', scope.tenantId);
      if (scope.to) query.where(`s.${this.toColumn}`, scope.to);
      if (scope.status) query.where('s.status', scope.status);
    }
    if (after) query.where('s.id', '<', after[0]);
    return toPage(
      await query,
      options.limit,
      row => this.toRecord(row),
      (row: any) => [row.id],
    );
  }

  async countPending(subscriberId: string): Promise<number> {
    const row = await this.knex(this.table)
      .where({ subscriber_id: subscriberId, status: 'pending' })
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async statusOf(id: string, db: Knex): Promise<SubscriptionState> {
    return (await db(this.table).where({ id }).first('status')).status;
  }

  /** `to` are the columns that say what it is to. */
  async insert(
    tx: Tx,
    input: NewSubscription,
    to: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const active = input.status === 'active';
    await tx.db(this.table).insert({
      ...to,
      id: input.id,
      tenant_id: input.tenantId,
      subscriber_id: input.subscriberId,
      api_key_hash: input.keyHash,
      api_key_prefix: input.keyPrefix,
      status: input.status,
      plan: input.plan,
      rate_limit: input.rateLimit,
      burst: input.burst,
      request_reason: input.reason ?? null,
      ...(active && { approved_at: now(), approved_by: 'system:plan' }),
      created_at: now(),
      updated_at: now(),
      aggregate_version: 1,
    });
  }

  /** Compare-and-set in one statement: the new version, or undefined when the state did not allow the move. */
  async move(
    tx: Tx,
    subscription: { id: string; tenantId: string },
    name: MoveName,
    reason?: string,
  ): Promise<number | undefined> {
    const move = MOVES[name];
    const rows = await tx
      .db(this.table)
      .where({ id: subscription.id, tenant_id: subscription.tenantId })
      .whereIn('status', [...move.from])
      .update({
        status: move.to,
        updated_at: now(),
        aggregate_version: tx.db.raw('aggregate_version + 1'),
        ...(reason !== undefined && { status_reason: reason }),
        ...(name === 'approve' && {
          approved_at: now(),
          approved_by: tx.actor.principal.subject,
        }),
      })
      .returning('aggregate_version');
    return rows[0]?.aggregate_version;
  }

  async writeHistory(
    tx: Tx,
    entry: {
      id: string;
      subscription: { id: string; tenantId: string };
      event: string;
      status: string;
      reason?: string;
    },
  ): Promise<void> {
    await tx.db(this.historyTable).insert({
      id: entry.id,
      tenant_id: entry.subscription.tenantId,
      subscription_id: entry.subscription.id,
      event: entry.event,
      status: entry.status,
      actor: tx.actor.principal.subject,
      reason: entry.reason ?? null,
      created_at: now(),
    });
  }

  /** Oldest first. */
  async history(subscription: { id: string; tenantId: string }) {
    const rows = await this.knex(`${this.historyTable} as h`)
      .leftJoin('people as p', 'p.subject', 'h.actor')
      .where({
        'h.subscription_id': subscription.id,
        'h.tenant_id': subscription.tenantId,
      })
      .orderBy('h.id')
      .select('h.*', 'p.name as actor_name');
    return rows.map(row => ({
      at: iso(row.created_at),
      event: row.event as string,
      status: row.status as string,
      actor: (row.actor_name ?? row.actor) as string,
      ...(row.reason && { reason: row.reason as string }),
    }));
  }

  protected select(db: Knex = this.knex): Knex.QueryBuilder {
    return this.joined(db(`${this.table} as s`))
      .leftJoin('people as p', 'p.subject', 's.subscriber_id')
      .leftJoin('people as q', 'q.subject', 's.approved_by')
      .select('s.*', 'p.name as subscriber_name', 'q.name as approver_name');
  }
}

/** The part of a row that every subscription has. */
export function toBase(row: any): SubscriptionBase {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    subscriberId: row.subscriber_id,
    subscriberName: row.subscriber_name ?? undefined,
    plan: row.plan,
    rateLimit: row.rate_limit,
    burst: row.burst,
    keyPrefix: row.api_key_prefix,
    keyHash: row.api_key_hash,
    status: row.status,
    requestReason: row.request_reason ?? undefined,
    statusReason: row.status_reason ?? undefined,
    approvedAt: isoOrNull(row.approved_at),
    approvedBy: row.approver_name ?? row.approved_by,
    expiresAt: isoOrNull(row.expires_at),
    createdAt: iso(row.created_at),
  };
}
