import { StoaError } from '@stoa/plugin-stoa-common';
import { Actor } from '../database/UnitOfWork';
import { illegal, keysOf, recordChange } from './changes';
import { generateKey } from './keys';
import { MAX_EXTENDED_DAYS, MAX_EXTENSIONS } from './lifecycle';
import { SubscriptionLife, SubscriptionLifeOptions } from './SubscriptionLife';
import { SubscriptionBase } from './SubscriptionBase';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a rotation answers. The key is in it and nowhere else. */
export interface Rotation<S> {
  readonly subscription: S;
  readonly apiKey: string;
  /** ISO 8601 UTC. */
  readonly oldKeyExpiresAt: string;
}

/** How a subscription goes on: with another key, or for longer. */
export class SubscriptionTerm<S extends SubscriptionBase> {
  constructor(
    readonly life: SubscriptionLife<S>,
    readonly options: SubscriptionLifeOptions<S>,
  ) {}

  /**
   * Makes a new key; the old one works on for some hours, but never beyond the end
   * of the subscription. Throws `stoa.subscription.rotation_in_grace` while the key
   * before the current one still works, `stoa.subscription.illegal_transition`
   * unless the subscription is active.
   */
  async rotateKey(
    actor: Actor,
    id: string,
    graceHours: number,
  ): Promise<Rotation<S>> {
    const { store, unitOfWork, keyPrefix } = this.options;
    const subscription = await this.life.get(id);
    const key = generateKey(keyPrefix);
    const graceEnds = earlier(
      new Date(Date.now() + graceHours * HOUR_MS).toISOString(),
      subscription.expiresAt,
    );
    await unitOfWork.run(actor, async tx => {
      const version = await store.rotate(tx, subscription, key, graceEnds);
      if (version === undefined) {
        const status = await store.statusOf(id, tx.db);
        throw status === 'active' ? inGrace() : illegal(status, 'rotate-key');
      }
      await recordChange(tx, this.options, subscription, {
        action: 'stoa.subscription.rotate',
        event: 'subscription-key-rotated',
        status: 'active',
        version,
        payload: { old_key_expires_at: graceEnds },
      });
      await tx.feed(...keysOf(subscription, 'put'));
    });
    return {
      subscription: await this.life.get(id),
      apiKey: key.plain,
      oldKeyExpiresAt: graceEnds,
    };
  }

  /**
   * Puts the end off by some days. Throws `stoa.conflict` for one without an end, or
   * put off too often or too far; `stoa.subscription.illegal_transition` unless it
   * is active.
   */
  async extend(
    actor: Actor,
    id: string,
    days: number,
    reason?: string,
  ): Promise<S> {
    const { store, unitOfWork } = this.options;
    const subscription = await this.life.get(id);
    if (subscription.status !== 'active')
      throw illegal(subscription.status, 'extend');
    if (subscription.expiresAt === null) {
      throw new StoaError('stoa.conflict', 'The subscription has no end.');
    }
    if (
      subscription.extensionCount >= MAX_EXTENSIONS ||
      subscription.extendedDays + days > MAX_EXTENDED_DAYS
    ) {
      throw new StoaError(
        'stoa.conflict',
        `A subscription can be extended ${MAX_EXTENSIONS} times, by ${MAX_EXTENDED_DAYS} days in all. Ask for a new one.`,
      );
    }
    const end = Date.parse(subscription.expiresAt) + days * DAY_MS;
    const expiresAt = new Date(end).toISOString();
    await unitOfWork.run(actor, async tx => {
      const version = await store.extend(tx, subscription, days, expiresAt);
      if (version === undefined) {
        const status = await store.statusOf(id, tx.db);
        throw status === 'active' ? changed() : illegal(status, 'extend');
      }
      await recordChange(tx, this.options, subscription, {
        action: 'stoa.subscription.extend',
        event: 'subscription-extended',
        status: 'active',
        version,
        reason,
        payload: { expires_at: expiresAt },
      });
      await tx.feed(
        ...keysOf(subscription, 'put'),
        ...this.options.affects(subscription),
      );
    });
    return this.life.get(id);
  }

  /** Tells that the end is near; says nothing to whom it was told already. */
  async warn(actor: Actor, id: string, days: number): Promise<void> {
    const { store, unitOfWork } = this.options;
    const subscription = await this.life.get(id);
    await unitOfWork.run(actor, async tx => {
      const version = await store.warn(tx, subscription, days);
      if (version === undefined) return;
      await recordChange(tx, this.options, subscription, {
        action: 'stoa.subscription.warn',
        event: 'subscription-expiring',
        status: 'active',
        version,
        payload: { expires_at: subscription.expiresAt, days_left: days },
      });
    });
  }
}

function earlier(time: string, end: string | null): string {
  return end !== null && end < time ? end : time;
}

function inGrace(): StoaError {
  return new StoaError(
    'stoa.subscription.rotation_in_grace',
    'The key before this one still works. Rotate again when it has ended.',
  );
}

function changed(): StoaError {
  return new StoaError(
    'stoa.conflict',
    'The subscription was changed meanwhile. Read it again.',
  );
}
