import {
  isWellFormedKey,
  operations,
  StoaError,
} from '@stoa/plugin-stoa-common';
import { McpSubscriptionStore } from '../mcp-servers/McpSubscriptionStore';
import { toGrant } from '../mcp-servers/view';
import { hashKey } from './keys';
import { SubscriptionStore } from './SubscriptionStore';
import { SubscriptionBase } from './SubscriptionBase';

type Answer =
  operations['validateKey']['responses'][200]['content']['application/json'];

/**
 * What a gateway learns of a key of either kind. Throws `stoa.key.unknown` (401) for
 * a malformed or unknown one, `stoa.key.not_active` (403) for one that may not be
 * used now.
 */
export async function validateKey(
  stores: {
    readonly subscriptions: SubscriptionStore;
    readonly mcpSubscriptions: McpSubscriptionStore;
  },
  key: string,
): Promise<Answer> {
  const hash = isWellFormedKey(key) ? hashKey(key) : undefined;
  const toApi = hash && (await stores.subscriptions.findByKeyHash(hash));
  if (toApi) {
    return {
      ...usable(toApi, hash),
      application_id: toApi.applicationId,
      application_name: toApi.applicationName,
      api_id: toApi.apiId,
    };
  }
  const toTools = hash && (await stores.mcpSubscriptions.findByKeyHash(hash));
  if (!toTools)
    throw new StoaError('stoa.key.unknown', 'The API key is not known.');
  return {
    ...usable(toTools, hash),
    server_id: toTools.serverId,
    tools: toGrant(toTools),
  };
}

function usable(found: SubscriptionBase, hash: string) {
  const expired =
    found.expiresAt !== null && Date.parse(found.expiresAt) <= Date.now();
  if (found.status !== 'active' || expired) {
    throw new StoaError(
      'stoa.key.not_active',
      `The subscription is ${expired ? 'expired' : found.status}.`,
    );
  }
  return {
    valid: true as const,
    subscription_id: found.id,
    subscriber_id: found.subscriberId,
    tenant_id: found.tenantId,
    plan: found.plan,
    rate_limit: found.rateLimit,
    expires_at: found.expiresAt,
    ...(found.previousKey?.hash === hash && {
      using_previous_key: true as const,
      key_expires_at: found.previousKey.expiresAt,
      warning: 'This key was replaced. Use the new one before this one ends.',
    }),
  };
}
