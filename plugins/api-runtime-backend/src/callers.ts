import { factsOf, Question, readQuota } from '@stoa/plugin-stoa-node';
import { KeyFacts } from './keys';

/** What the control plane says of a client or a person: their subscriptions to APIs that work now. */
export interface CallerFacts {
  readonly status: 'active';
  readonly subscriptions: readonly KeyFacts[];
}

/** Reads the answer about a client or a person. Throws when it is malformed. */
export function readCallerFacts(
  answer: Readonly<Record<string, unknown>>,
): CallerFacts {
  const { api_subscriptions: subscriptions } = answer;
  if (!Array.isArray(subscriptions)) {
    throw new Error('the answer lacks api_subscriptions');
  }
  return { status: 'active', subscriptions: subscriptions.map(readOne) };
}

function readOne(entry: unknown): KeyFacts {
  const answer = Object(entry) as Record<string, unknown>;
  const { text, count, time } = factsOf(answer);
  const expiresAt = time('expires_at');
  return {
    status: 'active',
    subscriptionId: text('subscription_id'),
    applicationId: text('application_id'),
    subscriberId: text('subscriber_id'),
    tenantId: text('tenant_id'),
    apiId: text('api_id'),
    perMinute: count('rate_limit'),
    burst: count('burst'),
    quota: readQuota(answer),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Names are `client:<client id>` and `subject:<subject>`, as the feed has them. */
export function questionOf(name: string): Question {
  return name.startsWith('client:')
    ? { client_id: name.slice('client:'.length) }
    : { subject: name.slice('subject:'.length) };
}
