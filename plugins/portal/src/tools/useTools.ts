import {
  LIVE,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { McpTool } from '../servers/useServer';

const PAGE_SIZE = 48;

/** A tool that was found; its name where all are together tells it from its like. */
export type FoundTool = McpTool & { readonly id: string };

/** The tools of every server that is open to the reader, as far as they match what is searched for. */
export function useTools(q: string, tenant: string) {
  const client = useStoaClient();
  const tools = usePages(
    `tools/${JSON.stringify([q, tenant])}`,
    async (cursor, signal) => {
      const page = await unwrap(
        client.GET('/v1/portal/tools', {
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
      );
      const items: FoundTool[] = page.items.map(tool => ({
        ...tool,
        id: tool.full_name,
      }));
      return { ...page, items };
    },
  );
  useLive(LIVE.tools, tools.reload);
  return tools;
}
