import { operations } from '@stoa/plugin-stoa-common';
import { ApiDescriptions } from '../deployments/ApiDescriptions';
import { FeedStream } from '../feed/FeedStream';
import { route } from '../http/route';
import { SnapshotStore } from '../snapshots/SnapshotStore';
import { UsageStore } from '../usage/UsageStore';
import { GatewayLookup } from './lookup';

/** What data planes ask and report. The policy lets only gateways' credentials in. */
export const gatewayRoutes = (deps: {
  feed: FeedStream;
  lookup: GatewayLookup;
  usage: UsageStore;
  snapshots: SnapshotStore;
  descriptions: ApiDescriptions;
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
    handler: async ({ body }) => ({ body: await answerTo(deps.lookup, body) }),
  }),
  ...route('getApiDescription', {
    resource: () => ({}),
    handler: async ({ params }) => {
      const { operations: described, problems } = await deps.descriptions.of(
        params.deployment_id,
      );
      return {
        body: {
          operations: described.map(operation => ({ ...operation })),
          problems: [...problems],
        },
      };
    },
  }),
  ...route('reportGatewayEvents', {
    resource: () => ({}),
    handler: async ({ body, actor }) => {
      await deps.usage.record(body.metering, actor.correlationId);
      await deps.snapshots.record(body.errors ?? []);
      return { status: 202 };
    },
  }),
});

/** The contract lets exactly one of them through. */
function answerTo(
  lookup: GatewayLookup,
  question: NonNullable<
    operations['lookupKey']['requestBody']
  >['content']['application/json'],
) {
  const { key_hash: hash, subject, client_id: clientId, quota } = question;
  if (quota) return lookup.quota(quota);
  if (hash !== undefined) return lookup.key(hash);
  return subject === undefined
    ? lookup.client(clientId!)
    : lookup.subject(subject);
}
