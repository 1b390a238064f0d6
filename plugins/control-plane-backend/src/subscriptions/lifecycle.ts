import { EventType } from '@stoa/plugin-stoa-common';

/** States of a subscription; the last three are terminal. */
export const SUBSCRIPTION_STATES = [
  'pending',
  'active',
  'suspended',
  'rejected',
  'revoked',
  'expired',
] as const;
export type SubscriptionState = (typeof SUBSCRIPTION_STATES)[number];

/** States in which a subscription takes the place of another to the same thing. */
export const LIVE_STATES: readonly SubscriptionState[] = [
  'pending',
  'active',
  'suspended',
];

/** A move: from which states it is legal, where it leads, and the event that tells of it. */
export interface Move {
  readonly from: readonly SubscriptionState[];
  readonly to: SubscriptionState;
  readonly event: EventType;
  /** Whether the key stops working. */
  readonly kills: boolean;
}

export const MOVES = {
  approve: {
    from: ['pending'],
    to: 'active',
    event: 'subscription-approved',
    kills: false,
  },
  reject: {
    from: ['pending'],
    to: 'rejected',
    event: 'subscription-rejected',
    kills: true,
  },
  cancel: {
    from: ['pending', 'active'],
    to: 'revoked',
    event: 'subscription-cancelled',
    kills: true,
  },
  suspend: {
    from: ['active'],
    to: 'suspended',
    event: 'subscription-suspended',
    kills: true,
  },
  reactivate: {
    from: ['suspended'],
    to: 'active',
    event: 'subscription-reactivated',
    kills: false,
  },
  revoke: {
    from: ['pending', 'active', 'suspended'],
    to: 'revoked',
    event: 'subscription-revoked',
    kills: true,
  },
  expire: {
    from: ['active', 'suspended'],
    to: 'expired',
    event: 'subscription-expired',
    kills: true,
  },
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof MOVES;

/** How often, and by how many days in all, the end of a subscription may be put off. */
export const MAX_EXTENSIONS = 2;
export const MAX_EXTENDED_DAYS = 60;

/** Days before its end at which the subscriber is warned, the last first: one late sweep warns once. */
export const WARNING_DAYS = [1, 7] as const;

/** Whether a move is legal from a state. */
export function isLegal(move: MoveName, state: SubscriptionState): boolean {
  return (MOVES[move].from as readonly SubscriptionState[]).includes(state);
}
