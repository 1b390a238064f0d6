import { Knex } from 'knex';
import { Tx } from '../database/UnitOfWork';
import { decodeCursor, toPage } from '../database/cursor';
import { iso, isoOrNull, now } from '../database/values';
import { Move, SubscriptionState } from './lifecycle';

/** A subscription with the names that go with it. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly applicationName: string;
  readonly ownerRef: string;
  readonly tenantId: string;
  readonly apiId: string;
  readonly apiName: string;
  readonly subscriberId: string;
  readonly subscriberName?: string;
  readonly plan: string;
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
  readonly aggregateVersion: number;
}

export interface NewSubscription {
  readonly id: string;
  readonly applicationId: string;
  readonly tenantId: string;
  readonly apiId: string;
  readonly subscriberId: string;
  readonly plan: string;
  readonly rateLimit: number;
  readonly burst: number;
  readonly keyHash: string;
  readonly keyPrefix: string;
  readonly status: SubscriptionState;
  readonly reason?: string;
}

export class SubscriptionStore {
  constructor(readonly knex: Knex) {}

  async get(id: string): Promise<SubscriptionRecord | undefined> {
    const row = await this.#select().where('s.id', id).first();
    return row && toRecord(row);
  }

  async findByKeyHash(hash: string): Promise<SubscriptionRecord | undefined> {
    const row = await this.#select().where('s.api_key_hash', hash).first();
    return row && toRecord(row);
  }

  /** Newest first, for a subscriber or for the tenant of the API. */
  async list(
    scope:
      | { subscriberId: string }
      | { tenantId: string; apiId?: string; status?: string },
    options: { limit: number; cursor?: string },
  ): Promise<{ items: SubscriptionRecord[]; next_cursor?: string }> {
    const after = decodeCursor(options.cursor, 1);
    const query = this.#select()
      .orderBy('s.id', 'desc')
      .limit(options.limit + 1);
    if ('subscriberId' in scope)
      query.where('s.subscriber_id', scope.subscriberId);
    else {
      query.where('s.tenant_id', scope.tenantId);
      if (scope.apiId) query.where('s.api_id', scope.apiId);
      if (scope.status) query.where('s.status', scope.status);
    }
    if (after) query.where('s.id', '<', after[0]);
    return toPage(await query, options.limit, toRecord, row => [row.id]);
  }

  async countPending(subscriberId: string): Promise<number> {
    const row = await this.knex('subscriptions')
      .where({ subscriber_id: subscriberId, status: 'pending' })
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async insert(tx: Tx, input: NewSubscription): Promise<void> {
    const active = input.status === 'active';
    await tx.db('subscriptions').insert({
      id: input.id,
      application_id: input.applicationId,
      api_id: input.apiId,
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
    move: Move,
    reason?: string,
  ): Promise<number | undefined> {
    const rows = await tx
      .db('subscriptions')
      .where({ id: subscription.id, tenant_id: subscription.tenantId })
      .whereIn('status', [...move.from])
      .update({
        status: move.to,
        updated_at: now(),
        aggregate_version: tx.db.raw('aggregate_version + 1'),
        ...(reason !== undefined && { status_reason: reason }),
        ...(move.to === 'active' && {
          approved_at: now(),
          approved_by: tx.actor.principal.subject,
        }),
      })
      .returning('aggregate_version');
    return rows[0]?.aggregate_version;
  }

  async history(subscription: { id: string; tenantId: string }) {
    const rows = await this.knex('subscription_history as h')
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

  #select() {
    return this.knex('subscriptions as s')
      .join('applications as a', 'a.id', 's.application_id')
      .join('apis as i', join =>
        join.on('i.tenant_id', 's.tenant_id').andOn('i.api_id', 's.api_id'),
      )
      .leftJoin('people as p', 'p.subject', 's.subscriber_id')
      .leftJoin('people as q', 'q.subject', 's.approved_by')
      .select(
        's.*',
        'a.name as application_name',
        'a.owner_ref',
        'i.display_name as api_name',
        'p.name as subscriber_name',
        'q.name as approver_name',
      );
  }
}

function toRecord(row: any): SubscriptionRecord {
  return {
    id: row.id,
    applicationId: row.application_id,
    applicationName: row.application_name,
    ownerRef: row.owner_ref,
    tenantId: row.tenant_id,
    apiId: row.api_id,
    apiName: row.api_name,
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
    aggregateVersion: row.aggregate_version,
  };
}
