import { Schema } from '@stoa/plugin-stoa-common';
import {
  LIVE,
  unwrap,
  useLive,
  useLoad,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

export type McpTool = Schema<'McpTool'>;

const PAGE_SIZE = 100;
/** A request that waits is looked at more often than one that is settled. */
const WAITING_MS = 5_000;

/** One MCP server with the plans it offers, kept up to date. */
export function useServer(id: string) {
  const client = useStoaClient();
  const loaded = useLoad(`server/${id}`, signal =>
    unwrap(
      client.GET('/v1/mcp/servers/{server_id}', {
        params: { path: { server_id: id } },
        signal,
      }),
    ),
  );
  const waiting = loaded.data?.subscription?.status === 'pending';
  useLive(
    LIVE.tools,
    loaded.reload,
    waiting ? { everyMs: WAITING_MS } : undefined,
  );
  return loaded;
}

export type ServerDetails = NonNullable<ReturnType<typeof useServer>['data']>;

/** Its tools, a page at a time. */
export function useServerTools(id: string) {
  const client = useStoaClient();
  const tools = usePages(`server/${id}/tools`, (cursor, signal) =>
    unwrap(
      client.GET('/v1/mcp/servers/{server_id}/tools', {
        params: {
          path: { server_id: id },
          query: { limit: PAGE_SIZE, cursor },
        },
        signal,
      }),
    ),
  );
  useLive(LIVE.tools, tools.reload);
  return tools;
}
