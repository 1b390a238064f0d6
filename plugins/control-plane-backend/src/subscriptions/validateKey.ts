import {
  isWellFormedKey,
  operations,
  StoaError,
} from '@stoa/plugin-stoa-common';
import { FoundKey, KeyLookup } from './KeyLookup';
import { hashKey } from './keys';

type Answer =
  operations['validateKey']['responses'][200]['content']['application/json'];

/**
 * What a gateway learns of a key of either kind. Throws `stoa.key.unknown` (401) for
 * a malformed or unknown one, `stoa.key.not_active` (403) for one that may not be
 * used now.
 */
export async function validateKey(
  keys: KeyLookup,
  key: string,
): Promise<Answer> {
  const found = isWellFormedKey(key)
    ? await keys.find(hashKey(key))
    : undefined;
  if (!found)
    throw new StoaError('stoa.key.unknown', 'The API key is not known.');
  refuseUnusable(found);
  const { kind: _, ...target } = found.target;
  return {
    valid: true,
    subscription_id: found.subscriptionId,
    subscriber_id: found.subscriberId,
    tenant_id: found.tenantId,
    plan: found.plan,
    rate_limit: found.rateLimit,
    expires_at: found.expiresAt,
    ...target,
    ...(found.replacedUntil && {
      using_previous_key: true,
      key_expires_at: found.replacedUntil,
      warning: 'This key was replaced. Use the new one before this one ends.',
    }),
  };
}

function refuseUnusable({ status, expiresAt, tenantStatus }: FoundKey): void {
  if (tenantStatus !== 'active') {
    throw new StoaError(
      'stoa.key.not_active',
      `The key is to things of a tenant that is ${tenantStatus}.`,
    );
  }
  const expired = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  if (status !== 'active' || expired) {
    throw new StoaError(
      'stoa.key.not_active',
      `The subscription is ${expired ? 'expired' : status}.`,
    );
  }
}
