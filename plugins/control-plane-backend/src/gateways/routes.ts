import { FeedStream } from '../feed/FeedStream';
import { route } from '../http/route';
import { SubscriptionStore } from '../subscriptions/SubscriptionStore';
import { UsageStore } from '../usage/UsageStore';

/** What data planes ask and report. The policy lets only gateways' credentials in. */
export const gatewayRoutes = (deps: {
  feed: FeedStream;
  subscriptions: SubscriptionStore;
  usage: UsageStore;
}) => ({
  ...route('getFeed', {
    resource: () => ({}),
    handler: ({ query }) => ({
      stream: response => {
        const kinds = query.kinds ? new Set(query.kinds.split(',')) : undefined;
        deps.feed
          .serve(response, { after: query.after, kinds })
          .catch(() => response.destroy());
      },
    }),
  }),
  ...route('lookupKey', {
    resource: () => ({}),
    handler: async ({ body }) => {
      const found = await deps.subscriptions.findByKeyHash(body.key_hash);
      if (!found) return { body: { found: false } };
      return {
        body: {
          found: true,
          status: found.status,
          subscription_id: found.id,
          application_id: found.applicationId,
          application_name: found.applicationName,
          subscriber_id: found.subscriberId,
          tenant_id: found.tenantId,
          api_id: found.apiId,
          plan: found.plan,
          rate_limit: found.rateLimit,
          burst: found.burst,
          expires_at: found.expiresAt,
        },
      };
    },
  }),
  ...route('reportGatewayEvents', {
    resource: () => ({}),
    handler: async ({ body }) => {
      await deps.usage.record(body.metering);
      return { status: 202 };
    },
  }),
});
