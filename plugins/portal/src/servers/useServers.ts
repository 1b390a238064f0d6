import { Schema } from '@stoa/plugin-stoa-common';
import {
  LIVE,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
  useUrlState,
} from '@stoa/plugin-stoa-react';
import { useTyped } from '../cards/useTyped';

export type McpServer = Schema<'McpServer'>;

const PAGE_SIZE = 24;

/** The servers that are open to the reader, under the search that the address holds. */
export function useServers() {
  const client = useStoaClient();
  const [q, setQ] = useUrlState('q');
  const [tenant, setTenant] = useUrlState('tenant');
  const [typed, setTyped] = useTyped(q, setQ);
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
  return {
    servers,
    typed,
    setTyped,
    tenant,
    setTenant,
    filtered: Boolean(q || tenant),
  };
}
