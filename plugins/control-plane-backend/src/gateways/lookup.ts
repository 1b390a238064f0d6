import { operations } from '@stoa/plugin-stoa-common';
import { McpSubscriptionStore } from '../mcp-servers/McpSubscriptionStore';
import { toGrant } from '../mcp-servers/view';
import { CallerLookup } from '../subscriptions/CallerLookup';
import { quotaOf } from '../subscriptions/quotaOf';
import { usedOfQuota } from '../usage/usedOfQuota';
import { FoundKey, KeyLookup } from '../subscriptions/KeyLookup';

type Question =
  operations['lookupKey']['requestBody']['content']['application/json'];
type Answer =
  operations['lookupKey']['responses'][200]['content']['application/json'];

/** Answers gateways about one key, one person or one client. */
export class GatewayLookup {
  constructor(
    readonly deps: {
      readonly keys: KeyLookup;
      readonly mcpSubscriptions: McpSubscriptionStore;
      readonly callers: CallerLookup;
    },
  ) {}

  /** The subscription behind a key, in whatever state. */
  async key(hash: string): Promise<Answer> {
    const found = await this.deps.keys.find(hash);
    if (!found) return { found: false };
    return {
      found: true,
      subscription_id: found.subscriptionId,
      tenant_id: found.tenantId,
      plan: found.plan,
      rate_limit: found.rateLimit,
      burst: found.burst,
      ...quotaOf(found),
      // A key that was replaced ends before its subscription.
      expires_at: found.replacedUntil ?? found.expiresAt,
      status: statusOf(found),
      subscriber_id: found.subscriberId,
      ...found.target,
    };
  }

  /** What a person may call by subscription now. */
  async subject(subject: string): Promise<Answer> {
    const found = await this.deps.mcpSubscriptions.activeOf(subject);
    return {
      found: true,
      api_subscriptions: await this.deps.callers.ofSubject(subject),
      subscriptions: found.map(s => ({
        subscription_id: s.id,
        tenant_id: s.tenantId,
        plan: s.plan,
        rate_limit: s.rateLimit,
        burst: s.burst,
        ...quotaOf(s),
        expires_at: s.expiresAt,
        server_id: s.serverId,
        tools: toGrant(s),
      })),
    };
  }

  /** What was used of a quota, as far as calls were metered. */
  async quota({
    tenant_id: tenantId,
    ...subject
  }: NonNullable<Question['quota']>): Promise<Answer> {
    const { knex } = this.deps.keys;
    const used = await usedOfQuota(knex, { ...subject, tenantId });
    return {
      found: true,
      used_today: used.day,
      used_this_month: used.month,
    };
  }

  /** What an application may call as a client of the identity provider. */
  async client(clientId: string): Promise<Answer> {
    return {
      found: true,
      api_subscriptions: await this.deps.callers.ofClient(clientId),
    };
  }
}

/** A key to a tenant that is not active is as good as a suspended one. */
function statusOf({ status, tenantStatus }: FoundKey) {
  return status === 'active' && tenantStatus !== 'active'
    ? 'suspended'
    : status;
}
