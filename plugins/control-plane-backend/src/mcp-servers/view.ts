import { Principal, Schema, ToolDefinition } from '@stoa/plugin-stoa-common';
import {
  PolicyEngine,
  PolicyResource,
  aggregateToolName,
  policyInput,
} from '@stoa/plugin-stoa-node';
import { McpServerRecord, ToolEntry, mcpPath } from './rows';
import { McpSubscriptionRecord, grants } from './McpSubscriptionStore';

/** What the policy knows of a server that somebody looks at or subscribes to. */
export function serverResource(server: McpServerRecord): PolicyResource {
  return {
    tenantId: server.tenantId,
    visibility: server.isPublic ? 'public' : 'private',
    status: server.status,
  };
}

/** What a model is told of a tool, and nothing else. */
export function toDefinition(tool: ToolDefinition): Schema<'ToolDefinition'> {
  return {
    name: tool.name,
    ...(tool.title !== undefined && { title: tool.title }),
    description: tool.description,
    inputSchema: tool.inputSchema,
    ...(tool.outputSchema && { outputSchema: tool.outputSchema }),
    ...(tool.annotations && { annotations: tool.annotations }),
  };
}

/** A server as its visitors see it, with their own subscription. */
export async function toServer(
  policy: PolicyEngine,
  principal: Principal,
  server: McpServerRecord,
  own: McpSubscriptionRecord | undefined,
): Promise<Schema<'McpServer'>> {
  const active = own?.status === 'active';
  const may = async (
    action: 'stoa.subscription.create' | 'stoa.tool.call',
    resource: PolicyResource,
  ) =>
    server.isServed &&
    (await policy.decide(policyInput(principal, action, resource))).allow;
  return {
    id: server.id,
    tenant_id: server.tenantId,
    tenant_name: server.tenantName,
    slug: server.slug,
    kind: server.kind,
    display_name: server.name,
    ...(server.description && { description: server.description }),
    visibility: server.visibility,
    status: server.isServed ? 'active' : 'inactive',
    api_id: server.apiId ?? null,
    ...(server.apiName && { api_name: server.apiName }),
    version: server.version ?? null,
    environment: server.environment ?? null,
    deployed: server.deployed,
    plans: [...server.plans],
    tool_count: server.toolCount,
    path: mcpPath(server),
    ...(own && { subscription: toOwn(own) }),
    created_at: server.createdAt,
    updated_at: server.updatedAt,
    permissions: {
      subscribe:
        !own &&
        (await may('stoa.subscription.create', {
          ...serverResource(server),
          owners: [principal.subject],
        })),
      call: await may('stoa.tool.call', {
        tenantId: server.tenantId,
        granted: active,
      }),
    },
  };
}

/** A tool as visitors see it. */
export function toTool(
  { server, tool }: ToolEntry,
  own: McpSubscriptionRecord | undefined,
): Schema<'McpTool'> {
  return {
    ...toDefinition(tool),
    full_name: aggregateToolName(server.tenantId, server.slug, tool.name),
    server: {
      id: server.id,
      tenant_id: server.tenantId,
      tenant_name: server.tenantName,
      slug: server.slug,
      display_name: server.name,
      path: mcpPath(server),
    },
    deployed: server.deployed,
    ...(own && {
      subscription: { ...toOwn(own), granted: grants(own.tools, tool.name) },
    }),
  };
}

function toOwn(own: McpSubscriptionRecord): Schema<'OwnMcpSubscription'> {
  return {
    id: own.id,
    status: own.status as Schema<'OwnMcpSubscription'>['status'],
    plan: own.plan,
    tools: toGrant(own),
  };
}

export function toGrant({ tools }: McpSubscriptionRecord): Schema<'ToolGrant'> {
  return tools === 'all' ? tools : [...tools];
}
