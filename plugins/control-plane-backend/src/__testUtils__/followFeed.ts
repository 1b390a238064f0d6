import { mockServices } from '@backstage/backend-test-utils';
import { FeedClient, FeedItem } from '@stoa/plugin-stoa-node';
import { TestControlPlane } from './index';

/** What a gateway knows by listening, under `<kind> <key>`, and what it heard, as `<op> <kind> <key>`. */
export function followFeed(
  plane: TestControlPlane,
  kinds: readonly FeedItem['kind'][],
) {
  const known = new Map<string, any>();
  const heard: string[] = [];
  const client = new FeedClient({
    url: async () => `${plane.url}/v1/feed`,
    token: async () => 'plugin:api-runtime',
    kinds,
    logger: mockServices.logger.mock(),
    onReset: () => known.clear(),
    onItem: item => {
      const name = `${item.kind} ${item.key}`;
      heard.push(`${item.op} ${name}`);
      if (item.op === 'put') known.set(name, item.value);
      else known.delete(name);
    },
    onSynced: () => {},
  });
  client.start();
  return { known, heard, stop: () => client.stop() };
}
