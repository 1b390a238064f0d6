import { operations } from '@stoa/plugin-stoa-common';
import { McpSubscriptionStore } from '../mcp-servers/McpSubscriptionStore';
import { toGrant } from '../mcp-servers/view';
import { SubscriptionStore } from '../subscriptions/SubscriptionStore';
import { SubscriptionBase } from '../subscriptions/SubscriptionBase';

type Answer =
  operations['lookupKey']['responses'][200]['content']['application/json'];

/** Answers gateways about one key or one person. */
export class GatewayLookup {
  constructor(
    readonly stores: {
      readonly subscriptions: SubscriptionStore;
      readonly mcpSubscriptions: McpSubscriptionStore;
    },
  ) {}

  /** The subscription behind a key, in whatever state: hashes of both kinds never meet. */
  async key(hash: string): Promise<Answer> {
    const { subscriptions, mcpSubscriptions } = this.stores;
    const toApi = await subscriptions.findByKeyHash(hash);
    if (toApi) {
      return {
        found: true,
        kind: 'api',
        ...base(toApi, hash),
        status: toApi.status,
        subscriber_id: toApi.subscriberId,
        application_id: toApi.applicationId,
        application_name: toApi.applicationName,
        api_id: toApi.apiId,
      };
    }
    const toTools = await mcpSubscriptions.findByKeyHash(hash);
    if (!toTools) return { found: false };
    return {
      found: true,
      kind: 'mcp',
      ...base(toTools, hash),
      status: toTools.status,
      subscriber_id: toTools.subscriberId,
      server_id: toTools.serverId,
      tools: toGrant(toTools),
    };
  }

  /** What a person may call by subscription now. */
  async subject(subject: string): Promise<Answer> {
    const found = await this.stores.mcpSubscriptions.activeOf(subject);
    return {
      found: true,
      subscriptions: found.map(s => ({
        ...base(s, s.keyHash),
        server_id: s.serverId,
        tools: toGrant(s),
      })),
    };
  }
}

function base(s: SubscriptionBase, hash: string) {
  return {
    subscription_id: s.id,
    tenant_id: s.tenantId,
    plan: s.plan,
    rate_limit: s.rateLimit,
    burst: s.burst,
    // A key that was replaced ends before its subscription.
    expires_at:
      s.previousKey?.hash === hash ? s.previousKey.expiresAt : s.expiresAt,
  };
}
