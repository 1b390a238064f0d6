import { Principal, notFound } from '@stoa/plugin-stoa-common';
import { PolicyEngine } from '@stoa/plugin-stoa-node';
import { etagOf } from '../apis/checks';
import { route } from '../http/route';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { ToolSetRecord } from '../mcp-servers/rows';
import { TenantStore } from '../tenants/TenantStore';
import { ToolSetService } from './ToolSetService';
import { toolSetPermissions, toToolSetTool, toWire } from './view';

export const toolSetRoutes = (deps: {
  service: ToolSetService;
  servers: McpServerStore;
  tenants: TenantStore;
  policy: PolicyEngine;
}) => {
  const { service, servers, policy } = deps;
  const detail = async (principal: Principal, server: ToolSetRecord) => ({
    ...toWire(
      server,
      await toolSetPermissions(policy, principal, server.tenantId),
    ),
    tools: (await servers.tools(server.id)).map(toToolSetTool),
  });

  return {
    ...route('listToolSets', {
      handler: async ({ params, query, principal }) => {
        const { tenant_id: tenantId } = params;
        if (!(await deps.tenants.get(tenantId))) throw notFound('tenant');
        const page = await servers.listOfTenant(tenantId, query);
        const permissions = await toolSetPermissions(
          policy,
          principal,
          tenantId,
        );
        return {
          body: {
            ...page,
            items: page.items.map(server => toWire(server, permissions)),
          },
        };
      },
    }),
    ...route('createToolSet', {
      handler: async ({ actor, params, body, principal }) => {
        const server = await service.create(actor, params.tenant_id, body);
        return {
          status: 201,
          headers: {
            ETag: etagOf(server),
            Location: `/api/control-plane/v1/tenants/${server.tenantId}/toolsets/${server.slug}`,
          },
          body: await detail(principal, server),
        };
      },
    }),
    ...route('previewToolSet', {
      handler: async ({ params, body }) => {
        const { tools, problems } = await service.preview(
          params.tenant_id,
          body,
        );
        return {
          body: { tools: tools.map(toToolSetTool), problems: [...problems] },
        };
      },
    }),
    ...route('getToolSet', {
      handler: async ({ params, principal }) => {
        const server = await service.get(params.tenant_id, params.toolset_id);
        return {
          headers: { ETag: etagOf(server) },
          body: await detail(principal, server),
        };
      },
    }),
    ...route('updateToolSet', {
      handler: async ({ actor, params, body, principal, ifMatch }) => {
        const server = await service.update(
          actor,
          params.tenant_id,
          params.toolset_id,
          ifMatch,
          body,
        );
        return {
          headers: { ETag: etagOf(server) },
          body: await detail(principal, server),
        };
      },
    }),
    ...route('deleteToolSet', {
      handler: async ({ actor, params, ifMatch }) => {
        const { tenant_id: tenantId, toolset_id: id } = params;
        await service.remove(actor, tenantId, id, ifMatch);
        return {};
      },
    }),
  };
};
