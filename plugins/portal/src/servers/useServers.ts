import { Schema } from '@stoa/plugin-stoa-common';
import {
  LIVE,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

export type McpServer = Schema<'McpServer'>;

const PAGE_SIZE = 24;

/** The servers that are open to the reader and match what is searched for. */
export function useServers(q: string, tenant: string) {
  const client = useStoaClient();
  const servers = usePages(
    `servers/${JSON.stringify([q, tenant])}`,
    (cursor, signal) =>
      unwrap(
        client.GET('/v1/portal/servers', {
          params: {
            query: {
              limit: PAGE_SIZE,
              cursor,
              q: q || undefined,
              tenant_id: tenant || undefined,
            },
          },
          signal,
        }),
      ),
  );
  useLive(LIVE.tools, servers.reload);
  return servers;
}
