import { Knex } from 'knex';
import { Tx } from '../database/UnitOfWork';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { iso, now } from '../database/values';
import { MoveName, MOVES, SubscriptionState } from './lifecycle';
import {
  NewSubscription,
  SubscriptionBase,
  SubscriptionScope,
} from './SubscriptionBase';

const DAY_MS = 86_400_000;

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

  /** Newest first. */
  async list(scope: SubscriptionScope, options: PageQuery): Promise<Page<S>> {
    const query = this.select();
    if ('subscriberId' in scope)
      query.where('s.subscriber_id', scope.subscriberId);
    else {
      if ('tenantId' in scope) {
        query.where('s.tenant_id', scope.tenantId);
        if (scope.to) query.where(`s.${this.toColumn}`, scope.to);
      }
      if (scope.status) query.where('s.status', scope.status);
    }
    return pageOf(query, options, newestFirst('s.id'), row =>
      this.toRecord(row),
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
    how: { readonly reason?: string; readonly expiresAt?: string } = {},
  ): Promise<number | undefined> {
    const move = MOVES[name];
    const query = this.of(tx.db, subscription).whereIn('status', [
      ...move.from,
    ]);
    // What was put off meanwhile does not expire.
    if (name === 'expire') query.where('expires_at', '<=', now());
    return this.set(query, {
      status: move.to,
      ...(how.reason !== undefined && { status_reason: how.reason }),
      ...(how.expiresAt !== undefined && { expires_at: how.expiresAt }),
      ...(name === 'approve' && {
        approved_at: now(),
        approved_by: tx.actor.principal.subject,
      }),
    });
  }

  /** Compare-and-set: undefined when it is not active, or the key before still works. */
  async rotate(
    tx: Tx,
    subscription: S,
    key: { readonly hash: string; readonly prefix: string },
    graceEnds: string,
  ): Promise<number | undefined> {
    const query = this.of(tx.db, subscription)
      .where({ status: 'active', api_key_hash: subscription.keyHash })
      .where(q =>
        q
          .whereNull('previous_key_expires_at')
          .orWhere('previous_key_expires_at', '<=', now()),
      );
    return this.set(query, {
      api_key_hash: key.hash,
      api_key_prefix: key.prefix,
      previous_key_hash: subscription.keyHash,
      previous_key_expires_at: graceEnds,
      rotation_count: tx.db.raw('rotation_count + 1'),
      last_rotated_at: now(),
    });
  }

  /** Compare-and-set: undefined when it has ended, or was changed since it was read. */
  async extend(
    tx: Tx,
    subscription: S,
    days: number,
    expiresAt: string,
  ): Promise<number | undefined> {
    const query = this.of(tx.db, subscription)
      .where({
        status: 'active',
        extension_count: subscription.extensionCount,
      })
      .where('expires_at', '>', now());
    return this.set(query, {
      expires_at: expiresAt,
      extension_count: tx.db.raw('extension_count + 1'),
      extended_days: tx.db.raw('extended_days + ?', [days]),
      warned_days: null,
    });
  }

  /** Ids of those whose time is over. */
  async due(limit: number): Promise<string[]> {
    const rows = await this.knex(this.table)
      .whereIn('status', [...MOVES.expire.from])
      .where('expires_at', '<=', now())
      .orderBy('expires_at')
      .limit(limit)
      .select('id');
    return rows.map(row => row.id);
  }

  /** Ids of active ones that end within so many days, and whose subscriber has not been told so. */
  async unwarned(days: number, limit: number): Promise<string[]> {
    const until = new Date(Date.now() + days * DAY_MS).toISOString();
    const rows = await this.knex(this.table)
      .where({ status: 'active' })
      .where('expires_at', '<=', until)
      .where('expires_at', '>', now())
      .where(notWarned(days))
      .orderBy('expires_at')
      .limit(limit)
      .select('id');
    return rows.map(row => row.id);
  }

  /** Compare-and-set: undefined when it was told already, or is not active. */
  async warn(
    tx: Tx,
    subscription: S,
    days: number,
  ): Promise<number | undefined> {
    const query = this.of(tx.db, subscription)
      .where({ status: 'active' })
      .where(notWarned(days));
    return this.set(query, { warned_days: days });
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

  /** The one row, in its tenant. */
  protected of(
    db: Knex,
    subscription: { id: string; tenantId: string },
  ): Knex.QueryBuilder {
    return db(this.table).where({
      id: subscription.id,
      tenant_id: subscription.tenantId,
    });
  }

  /** The new version of the aggregate, or undefined when no row was as it had to be. */
  protected async set(
    query: Knex.QueryBuilder,
    columns: Readonly<Record<string, unknown>>,
  ): Promise<number | undefined> {
    const rows = await query
      .update({
        ...columns,
        updated_at: now(),
        aggregate_version: this.knex.raw('aggregate_version + 1'),
      })
      .returning('aggregate_version');
    return rows[0]?.aggregate_version;
  }

  protected select(db: Knex = this.knex): Knex.QueryBuilder {
    return this.joined(db(`${this.table} as s`))
      .join('tenants as t', 't.id', 's.tenant_id')
      .leftJoin('people as p', 'p.subject', 's.subscriber_id')
      .leftJoin('people as q', 'q.subject', 's.approved_by')
      .select(
        's.*',
        't.status as tenant_status',
        'p.name as subscriber_name',
        'q.name as approver_name',
      );
  }
}

function notWarned(days: number): (query: Knex.QueryBuilder) => void {
  return query =>
    query.whereNull('warned_days').orWhere('warned_days', '>', days);
}
