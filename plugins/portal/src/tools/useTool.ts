import {
  LIVE,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

/** One tool, and the server it belongs to. */
export function useTool(serverId: string, name: string) {
  const client = useStoaClient();
  const loaded = useLoad(`tool/${serverId}/${name}`, async signal => {
    const path = { server_id: serverId };
    const [server, tool] = await Promise.all([
      unwrap(
        client.GET('/v1/mcp/servers/{server_id}', { params: { path }, signal }),
      ),
      unwrap(
        client.GET('/v1/mcp/servers/{server_id}/tools/{tool_name}', {
          params: { path: { ...path, tool_name: name } },
          signal,
        }),
      ),
    ]);
    return { server, tool };
  });
  useLive(LIVE.tools, loaded.reload);
  return loaded;
}

export type ToolOfServer = NonNullable<ReturnType<typeof useTool>['data']>;
