import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { fromJson, isPostgres, now } from '../database/values';
import { nextAttemptAt } from '../webhooks/schedule';
import { Notice, Way } from './Notice';

/** `people` finds out who is to be told, and makes the deliveries of the others. */
export type Channel = 'people' | Way;

/** A notice to one recipient by one way, that this process sends now. */
export interface ClaimedNotification {
  readonly id: string;
  readonly eventId: string;
  readonly channel: Channel;
  /** Whom it is for: an entity ref; of Slack the tenant or the rule whose address it is. */
  readonly recipient: string;
  readonly notice: Notice;
  /** Those that failed before. */
  readonly attempts: number;
  readonly claimedBy: string;
}

export type Target = Pick<ClaimedNotification, 'channel' | 'recipient'>;

/** Longer than an attempt takes: a claim that is older belongs to a process that died. */
const LEASE_MS = 60_000;
/** SQLite takes few bound values at once. */
const BATCH = 50;

/** What is to be sent to whom, and what became of it. */
export class NotificationStore {
  constructor(readonly knex: Knex) {}

  /** Those that the event has already are left as they are. */
  async add(
    eventId: string,
    notice: Notice,
    targets: readonly Target[],
    db: Knex = this.knex,
  ): Promise<void> {
    const time = now();
    for (let i = 0; i < targets.length; i += BATCH) {
      const rows = targets.slice(i, i + BATCH).map(target => ({
        id: uuid(),
        tenant_id: notice.tenantId,
        event_id: eventId,
        ...target,
        notice: JSON.stringify(notice),
        status: 'pending',
        attempts: 0,
        created_at: time,
        next_attempt_at: time,
      }));
      await db('notification_deliveries')
        .insert(rows)
        .onConflict(['event_id', 'channel', 'recipient'])
        .ignore();
    }
  }

  /**
   * Takes what is due, of other tenants than those given. Until the lease ends
   * nobody else takes it; then it is due again.
   */
  async claim(
    limit: number,
    notOf: readonly string[],
  ): Promise<ClaimedNotification[]> {
    const claimedBy = uuid();
    const due = this.knex('notification_deliveries')
      .select('id')
      .whereIn('status', ['pending', 'sending'])
      .where('next_attempt_at', '<=', now())
      .whereNotIn('tenant_id', [...notOf])
      .orderBy('next_attempt_at')
      .limit(limit);
    if (isPostgres(this.knex)) due.forUpdate().skipLocked();
    const rows = await this.knex('notification_deliveries')
      .whereIn('id', due)
      .update({
        status: 'sending',
        claimed_by: claimedBy,
        next_attempt_at: new Date(Date.now() + LEASE_MS).toISOString(),
      })
      .returning('*');
    return rows.map(row => ({
      id: row.id,
      eventId: row.event_id,
      channel: row.channel,
      recipient: row.recipient,
      notice: fromJson<Notice>(row.notice),
      attempts: row.attempts,
      claimedBy,
    }));
  }

  /** Writes down that it is done, with the deliveries that came of it. */
  async sent(
    claimed: ClaimedNotification,
    further: readonly Target[] = [],
  ): Promise<void> {
    await this.knex.transaction(async trx => {
      await this.add(claimed.eventId, claimed.notice, further, trx);
      await trx('notification_deliveries')
        .where({ id: claimed.id, claimed_by: claimed.claimedBy })
        .update({
          status: 'sent',
          attempts: claimed.attempts + 1,
          claimed_by: null,
          error: null,
          next_attempt_at: null,
          sent_at: now(),
        });
    });
  }

  /** Writes down that an attempt failed. True when there will be none any more. */
  async failed(
    claimed: ClaimedNotification,
    error: string,
    final: boolean,
  ): Promise<boolean> {
    const attempts = claimed.attempts + 1;
    const next = final ? undefined : nextAttemptAt(attempts);
    await this.knex('notification_deliveries')
      .where({ id: claimed.id, claimed_by: claimed.claimedBy })
      .update({
        status: next ? 'pending' : 'dead',
        attempts,
        claimed_by: null,
        error: error.slice(0, 100),
        next_attempt_at: next ?? null,
      });
    return next === undefined;
  }
}
