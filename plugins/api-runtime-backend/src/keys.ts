import { factsOf, LookupCache, Quota, readQuota } from '@stoa/plugin-stoa-node';

/** What the control plane says about a key. */
export interface KeyFacts {
  readonly status: string;
  readonly subscriptionId: string;
  readonly applicationId: string;
  readonly subscriberId: string;
  readonly tenantId: string;
  readonly apiId: string;
  readonly perMinute: number;
  readonly burst: number;
  /** Of the plan, beside its rate. */
  readonly quota: Quota;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

export type KeyCache = LookupCache<KeyFacts>;

/** Reads the answer about a key of an API subscription. Throws when it is none. */
export function readKeyFacts(
  answer: Readonly<Record<string, unknown>>,
): KeyFacts {
  const { text, count, time } = factsOf(answer);
  const expiresAt = time('expires_at');
  return {
    status: text('status'),
    subscriptionId: text('subscription_id'),
    applicationId: text('application_id'),
    subscriberId: text('subscriber_id'),
    tenantId: text('tenant_id'),
    apiId: text('api_id'),
    perMinute: count('rate_limit'),
    burst: answer.burst === undefined ? 0 : count('burst'),
    quota: readQuota(answer),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
