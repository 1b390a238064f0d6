import { factsOf, Quota, readQuota } from '@stoa/plugin-stoa-node';

type Answer = Readonly<Record<string, unknown>>;

/** An active subscription to a server's tools. */
export interface ToolSubscription {
  readonly id: string;
  readonly serverId: string;
  readonly tools: 'all' | ReadonlySet<string>;
  /** What the plan allows. */
  readonly perMinute: number;
  readonly burst: number;
  readonly tenantId: string;
  readonly quota: Quota;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** What the control plane says about a key. */
export interface KeyFacts {
  readonly status: string;
  readonly subscriberId: string;
  readonly subscription: ToolSubscription;
}

/** What it says about a person. */
export interface PersonFacts {
  readonly status: 'active';
  readonly subscriptions: readonly ToolSubscription[];
}

/** Reads the answer about a key; `undefined` for a key that is not for tools. Throws when it is malformed. */
export function readKeyFacts(answer: Answer): KeyFacts | undefined {
  if (answer.kind !== 'mcp') return undefined;
  const { text } = factsOf(answer);
  return {
    status: text('status'),
    subscriberId: text('subscriber_id'),
    subscription: readSubscription(answer),
  };
}

/** Reads the answer about a person. Throws when it is malformed. */
export function readPersonFacts(answer: Answer): PersonFacts {
  const { subscriptions } = answer;
  if (!Array.isArray(subscriptions)) {
    throw new Error('the answer lacks subscriptions');
  }
  return {
    status: 'active',
    subscriptions: subscriptions.map(entry => readSubscription(Object(entry))),
  };
}

function readSubscription(answer: Answer): ToolSubscription {
  const { text, count, time } = factsOf(answer);
  const { tools } = answer;
  if (tools !== 'all' && !Array.isArray(tools)) {
    throw new Error('the answer lacks tools');
  }
  return {
    id: text('subscription_id'),
    serverId: text('server_id'),
    tools: tools === 'all' ? 'all' : new Set(tools.map(String)),
    perMinute: count('rate_limit'),
    burst: answer.burst === undefined ? 0 : count('burst'),
    tenantId: text('tenant_id'),
    quota: readQuota(answer),
    expiresAt: time('expires_at'),
  };
}
