import { Schema, StoaEvent } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { fromJson, iso, isPostgres, now } from '../database/values';
import { Outcome } from './sendWebhook';
import { nextAttemptAt } from './schedule';

export type Delivery = Schema<'WebhookDelivery'>;
export type DeliveryStatus = Schema<'WebhookDeliveryStatus'>;

/** A delivery that this process sends now, and what it needs for that. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly tenantId: string;
  readonly eventType: string;
  readonly event: unknown;
  /** Those that failed before. */
  readonly attempts: number;
  readonly claimedBy: string;
  readonly url: string;
  readonly sealedSecret: string;
}

/** Longer than an attempt takes: a claim that is older belongs to a process that died. */
const LEASE_MS = 30_000;

/** Deliveries: one for each webhook and event, whatever becomes of it. */
export class DeliveryStore {
  constructor(readonly knex: Knex) {}

  /** Makes a delivery of the event for each webhook; those that have it keep theirs. */
  async add(
    event: StoaEvent,
    webhookIds: readonly string[],
    db: Knex,
  ): Promise<void> {
    const time = now();
    const rows = webhookIds.map(id => ({
      id: uuid(),
      webhook_id: id,
      tenant_id: event.tenant_id,
      event_id: event.event_id,
      event_type: event.event_type,
      payload: JSON.stringify(event),
      status: 'pending',
      attempts: 0,
      created_at: time,
      next_attempt_at: time,
    }));
    await db('webhook_deliveries')
      .insert(rows)
      .onConflict(['webhook_id', 'event_id'])
      .ignore();
  }

  /**
   * Takes deliveries that are due, of other tenants than those given. Until the
   * lease ends nobody else takes them; then they are due again.
   */
  async claim(
    limit: number,
    notOf: readonly string[],
  ): Promise<ClaimedDelivery[]> {
    const claimedBy = uuid();
    const due = this.knex('webhook_deliveries as d')
      .join('tenant_webhooks as w', 'w.id', 'd.webhook_id')
      .select('d.id')
      .whereIn('d.status', ['pending', 'sending'])
      .where('d.next_attempt_at', '<=', now())
      .where('w.status', 'active')
      .whereNotIn('d.tenant_id', [...notOf])
      .orderBy('d.next_attempt_at')
      .limit(limit);
    if (isPostgres(this.knex)) due.forUpdate('d').skipLocked();
    const rows = await this.knex('webhook_deliveries')
      .whereIn('id', due)
      .update({
        status: 'sending',
        claimed_by: claimedBy,
        next_attempt_at: new Date(Date.now() + LEASE_MS).toISOString(),
      })
      .returning('*');
    if (rows.length === 0) return [];
    const webhooks = await this.knex('tenant_webhooks')
      .whereIn(
        'id',
        rows.map(row => row.webhook_id),
      )
      .whereNotNull('secret')
      .select('id', 'url', 'secret');
    const byId = new Map(webhooks.map(row => [row.id, row]));
    return rows.flatMap(row => {
      const webhook = byId.get(row.webhook_id);
      return webhook ? [toClaimed(row, webhook, claimedBy)] : [];
    });
  }

  /**
   * Writes down how an attempt went, unless the claim went to somebody else
   * meanwhile. Answers what has become of the delivery.
   */
  async record(
    delivery: ClaimedDelivery,
    outcome: Outcome,
  ): Promise<DeliveryStatus> {
    const time = now();
    const attempts = delivery.attempts + 1;
    const next = outcome.delivered ? undefined : nextAttemptAt(attempts);
    const status = stateAfter(outcome, next);
    await this.knex.transaction(async trx => {
      const count = await trx('webhook_deliveries')
        .where({ id: delivery.id, claimed_by: delivery.claimedBy })
        .update({
          status,
          attempts,
          claimed_by: null,
          error: outcome.error ?? null,
          response_code: outcome.responseCode ?? null,
          response_body: outcome.responseBody ?? null,
          duration_ms: outcome.durationMs,
          last_attempt_at: time,
          next_attempt_at: next ?? null,
          delivered_at: outcome.delivered ? time : null,
        });
      if (count === 0) return;
      await trx('tenant_webhooks')
        .where({ id: delivery.webhookId })
        .update(
          outcome.delivered
            ? { consecutive_failures: 0, last_success_at: time }
            : {
                consecutive_failures: trx.raw('consecutive_failures + 1'),
                last_failure_at: time,
              },
        );
    });
    return status;
  }

  /** Newest first. */
  async list(
    tenantId: string,
    webhookId: string,
    options: PageQuery & { status?: DeliveryStatus },
  ): Promise<Page<Delivery>> {
    const query = this.knex('webhook_deliveries').where({
      tenant_id: tenantId,
      webhook_id: webhookId,
    });
    if (options.status) query.where({ status: options.status });
    return pageOf(query, options, newestFirst('id'), toDelivery);
  }

  async get(
    where: { tenantId: string; webhookId: string; id: string },
    db: Knex,
  ): Promise<Delivery | undefined> {
    const row = await db('webhook_deliveries')
      .where({
        id: where.id,
        webhook_id: where.webhookId,
        tenant_id: where.tenantId,
      })
      .first();
    return row && toDelivery(row);
  }

  /** Gives a dead delivery all its attempts anew. False unless it was dead. */
  async revive(
    db: Knex,
    where: { tenantId: string; webhookId: string; id: string },
  ): Promise<boolean> {
    const count = await db('webhook_deliveries')
      .where({
        id: where.id,
        webhook_id: where.webhookId,
        tenant_id: where.tenantId,
        status: 'dead',
      })
      .update({ status: 'pending', attempts: 0, next_attempt_at: now() });
    return count === 1;
  }

  /** Forgets those of webhooks that were deleted. */
  async sweep(): Promise<void> {
    await this.knex('webhook_deliveries')
      .whereIn(
        'webhook_id',
        this.knex('tenant_webhooks').whereNotNull('deleted_at').select('id'),
      )
      .del();
  }
}

function stateAfter(outcome: Outcome, next?: string): DeliveryStatus {
  if (outcome.delivered) return 'delivered';
  return next ? 'pending' : 'dead';
}

function toClaimed(
  row: any,
  webhook: { url: string; secret: string },
  claimedBy: string,
): ClaimedDelivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    tenantId: row.tenant_id,
    eventType: row.event_type,
    event: fromJson(row.payload),
    attempts: row.attempts,
    claimedBy,
    url: webhook.url,
    sealedSecret: webhook.secret,
  };
}

function toDelivery(row: any): Delivery {
  return {
    id: row.id,
    webhook_id: row.webhook_id,
    event_id: row.event_id ?? row.id,
    event_type: row.event_type,
    payload: fromJson(row.payload),
    status: row.status,
    attempts: row.attempts,
    ...(row.error && { error: row.error }),
    ...(row.response_code && { response_code: row.response_code }),
    ...(row.response_body && { response_body: row.response_body }),
    ...(row.duration_ms !== null && { duration_ms: row.duration_ms }),
    created_at: iso(row.created_at),
    ...(row.status === 'pending' && {
      next_attempt_at: iso(row.next_attempt_at),
    }),
    ...(row.last_attempt_at && { last_attempt_at: iso(row.last_attempt_at) }),
    ...(row.delivered_at && { delivered_at: iso(row.delivered_at) }),
  };
}
