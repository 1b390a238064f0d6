import { Decision, Principal, notFound } from '@stoa/plugin-stoa-common';
import { PolicyEngine } from '@stoa/plugin-stoa-node';
import { etagOf } from '../apis/checks';
import { route } from '../http/route';
import type { McpUpstreams } from '../mcp-upstreams';
import { taggable } from '../mcp-upstreams/UpstreamStore';
import { PlanStore, publicPlan } from '../plans/PlanStore';
import { McpServerStore, ServerSearch } from './McpServerStore';
import { McpSubscriptionStore } from './McpSubscriptionStore';
import { McpServerRecord } from './rows';
import { serverResource, toServer, toTool } from './view';

/** MCP servers and tools, as their visitors find them. */
export const mcpServerRoutes = (deps: {
  servers: McpServerStore;
  subscriptions: McpSubscriptionStore;
  plans: PlanStore;
  policy: PolicyEngine;
  upstreamOf: McpUpstreams['forManager'];
}) => {
  const { servers, subscriptions, policy } = deps;
  const find = async (id: string): Promise<McpServerRecord> => {
    const server = await servers.get(id);
    if (!server) throw notFound('MCP server');
    return server;
  };
  const byId = {
    what: 'MCP server',
    resource: async (call: { params: { server_id: string } }) =>
      serverResource(await find(call.params.server_id)),
  };
  const view = async (
    principal: Principal,
    list: readonly McpServerRecord[],
  ) => {
    const own = await subscriptions.liveTo(
      principal.subject,
      list.map(server => server.id),
    );
    return Promise.all(
      list.map(server =>
        toServer(policy, principal, server, own.get(server.id)),
      ),
    );
  };
  const searching = (servedOnly: boolean) => ({
    resource: () => ({}),
    handler: async ({ principal, decision, query }: Search) => {
      const page = await servers.list(
        { filter: decision.filter, servedOnly },
        query,
      );
      return { body: { ...page, items: await view(principal, page.items) } };
    },
  });
  const toolPage = async (
    { principal, decision, query }: Search,
    search: { servedOnly: boolean; serverId?: string },
  ) => {
    const page = await servers.listTools(
      { filter: decision.filter, servedOnly: search.servedOnly },
      { ...query, serverId: search.serverId },
    );
    const own = await subscriptions.liveTo(
      principal.subject,
      page.items.map(({ server }) => server.id),
    );
    const items = page.items.map(entry =>
      toTool(entry, own.get(entry.server.id)),
    );
    return { body: { ...page, items } };
  };

  return {
    ...route('listMcpServers', searching(false)),
    ...route('listPortalServers', searching(true)),
    ...route('listPortalTools', {
      resource: () => ({}),
      handler: call => toolPage(call, { servedOnly: true }),
    }),
    ...route('getMcpServer', {
      ...byId,
      handler: async ({ params, principal }) => {
        const server = await find(params.server_id);
        const plans = await deps.plans.list(server.tenantId);
        const [body] = await view(principal, [server]);
        const upstream =
          server.kind === 'mcp'
            ? await deps.upstreamOf(principal, server)
            : undefined;
        return {
          ...(upstream && { headers: { ETag: etagOf(taggable(upstream)) } }),
          body: {
            ...body,
            ...(upstream && { upstream: upstream.wire }),
            plan_details: plans
              .filter(
                ({ id }) =>
                  server.plans.length === 0 || server.plans.includes(id),
              )
              .map(publicPlan),
          },
        };
      },
    }),
    ...route('getMcpServerTool', {
      ...byId,
      handler: async ({ params, principal }) => {
        const server = await find(params.server_id);
        const tool = await servers.tool(server.id, params.tool_name);
        if (!tool) throw notFound('tool');
        const own = await subscriptions.liveTo(principal.subject, [server.id]);
        return { body: toTool({ server, tool }, own.get(server.id)) };
      },
    }),
    ...route('listMcpServerTools', {
      ...byId,
      handler: async call => {
        const { id } = await find(call.params.server_id);
        // The policy has let the caller see this very server.
        const decision = { ...call.decision, filter: 'all' as const };
        return toolPage(
          { ...call, decision },
          { servedOnly: false, serverId: id },
        );
      },
    }),
  };
};

type Search = {
  readonly principal: Principal;
  readonly decision: Decision;
  readonly query: Partial<ServerSearch>;
};
