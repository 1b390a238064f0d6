import { EventType, StoaError } from '@stoa/plugin-stoa-common';
import { v7 as uuid } from 'uuid';
import { FeedInput, Tx } from '../database/UnitOfWork';
import { MoveName, SubscriptionState } from './lifecycle';
import { SubscriptionBase } from './SubscriptionBase';
import { SubscriptionTable } from './SubscriptionTable';

/** What the audit calls each move. */
export const ACTION_OF: Readonly<Record<MoveName, string>> = {
  approve: 'stoa.subscription.decide',
  reject: 'stoa.subscription.decide',
  cancel: 'stoa.subscription.cancel',
  suspend: 'stoa.subscription.decide',
  reactivate: 'stoa.subscription.decide',
  revoke: 'stoa.subscription.decide',
  expire: 'stoa.subscription.expire',
};

/** Something that happened to a subscription. */
export interface Change {
  readonly action: string;
  readonly event: EventType;
  readonly status: string;
  /** Of the aggregate, after it. */
  readonly version: number;
  readonly reason?: string;
  /** What the event says beside what every event of a subscription says. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Writes a change into the history, the outbox and the audit. */
export async function recordChange<S extends SubscriptionBase>(
  tx: Tx,
  kind: {
    readonly store: SubscriptionTable<S>;
    readonly facts: (subscription: S) => Readonly<Record<string, string>>;
  },
  subscription: S,
  change: Change,
): Promise<void> {
  const { id, tenantId, subscriberId } = subscription;
  const about = kind.facts(subscription);
  await kind.store.writeHistory(tx, { id: uuid(), subscription, ...change });
  await tx.event({
    topic: 'subscriptions',
    type: change.event,
    tenantId,
    aggregate: `subscription:${id}`,
    aggregateVersion: change.version,
    payload: {
      subscription_id: id,
      ...about,
      subscriber_id: subscriberId,
      status: change.status,
      ...(change.event === 'subscription-approved' && {
        approved_by: tx.actor.principal.subject,
      }),
      ...(change.reason && { reason: change.reason }),
      ...change.payload,
    },
  });
  await tx.audit({
    tenantId,
    action: change.action,
    resource: `subscription:${id}`,
    outcome: 'success',
    details: {
      event: change.event,
      status: change.status,
      ...about,
      ...change.payload,
    },
  });
}

/** Makes gateways ask anew about the key, and about the one before it; `delete` makes them refuse it at once. */
export function keysOf(
  subscription: SubscriptionBase,
  op: FeedInput['op'],
): FeedInput[] {
  const { tenantId, keyHash, previousKey } = subscription;
  const hashes = previousKey ? [keyHash, previousKey.hash] : [keyHash];
  return hashes.map(key => ({ tenantId, kind: 'key', op, key }));
}

/** The state does not allow what was asked. */
export function illegal(current: SubscriptionState, move: string): StoaError {
  return new StoaError(
    'stoa.subscription.illegal_transition',
    `The subscription is ${current}; it cannot be changed by "${move}".`,
    { details: { status: current, move } },
  );
}
