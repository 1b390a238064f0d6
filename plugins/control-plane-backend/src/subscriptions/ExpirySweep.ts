import { StoaError } from '@stoa/plugin-stoa-common';
import { randomUUID } from 'node:crypto';
import { systemActor } from '../database/UnitOfWork';
import { WARNING_DAYS } from './lifecycle';
import { SubscriptionBase } from './SubscriptionBase';
import { SubscriptionTerm } from './SubscriptionTerm';

/** How many of a kind one sweep takes. */
const BATCH = 200;

/**
 * Ends subscriptions of a kind whose time is over, and warns before. Gateways refuse
 * such a key by its time alone: the sweep brings the state, the history and the
 * people along. Several processes may sweep at once.
 */
export async function sweepExpiry<S extends SubscriptionBase>(
  term: SubscriptionTerm<S>,
): Promise<void> {
  const { store } = term.options;
  const actor = systemActor('expiry', randomUUID());
  for (const id of await store.due(BATCH)) {
    await term.life.move(actor, id, 'expire').catch(unlessMoved);
  }
  for (const days of WARNING_DAYS) {
    for (const id of await store.unwarned(days, BATCH)) {
      await term.warn(actor, id, days);
    }
  }
}

/** Somebody else was faster. */
function unlessMoved(error: unknown): void {
  const code = (error as StoaError).code;
  if (code !== 'stoa.subscription.illegal_transition') throw error;
}
