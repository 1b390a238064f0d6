import { Action, Principal } from '@stoa/plugin-stoa-common';
import {
  PolicyEngine,
  PolicyResource,
  policyInput,
} from '@stoa/plugin-stoa-node';
import { ACTION_OF } from './changes';
import { isLegal, MAX_EXTENSIONS } from './lifecycle';
import { SubscriptionBase } from './SubscriptionBase';

/** What else may be asked of a subscription, and what the policy calls it. */
const ACTIONS = {
  ...ACTION_OF,
  rotate: 'stoa.subscription.rotate',
  extend: 'stoa.subscription.extend',
} as const;
export type Asked = keyof typeof ACTIONS;

/** What pages offer on a subscription. */
export const SUBSCRIPTION_ASKS = [
  'cancel',
  'approve',
  'reject',
  'suspend',
  'reactivate',
  'revoke',
  'rotate',
  'extend',
] as const;

/** Which of these the caller could do now, by the state and by the policy. */
export async function permitted<Name extends Exclude<Asked, 'expire'>>(
  policy: PolicyEngine,
  principal: Principal,
  subscription: SubscriptionBase,
  resource: PolicyResource,
  names: readonly Name[],
): Promise<Record<Name, boolean>> {
  const may = async (name: Name) => {
    if (!isPossible(name, subscription)) return false;
    const input = policyInput(principal, ACTIONS[name] as Action, resource);
    return (await policy.decide(input)).allow;
  };
  const entries = names.map(async name => [name, await may(name)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<
    Name,
    boolean
  >;
}

function isPossible(name: Asked, s: SubscriptionBase): boolean {
  if (name === 'rotate') return s.status === 'active';
  if (name === 'extend') {
    return (
      s.status === 'active' &&
      s.expiresAt !== null &&
      s.extensionCount < MAX_EXTENSIONS
    );
  }
  return isLegal(name, s.status);
}
