import { Action, Principal, Schema } from '@stoa/plugin-stoa-common';
import { PolicyEngine, policyInput } from '@stoa/plugin-stoa-node';
import { ToolSetRecord, StoredTool, mcpPath } from '../mcp-servers/rows';
import { toDefinition } from '../mcp-servers/view';

/** What the caller may do with ToolSets of a tenant; asked once per tenant, not per row. */
export async function toolSetPermissions(
  policy: PolicyEngine,
  principal: Principal,
  tenantId: string,
): Promise<Schema<'ToolSet'>['permissions']> {
  const may = async (action: Action) =>
    (await policy.decide(policyInput(principal, action, { tenantId }))).allow;
  return {
    update: await may('stoa.toolset.update'),
    delete: await may('stoa.toolset.delete'),
  };
}

/** A ToolSet as the console sees it. */
export function toWire(
  server: ToolSetRecord,
  permissions: Schema<'ToolSet'>['permissions'],
): Schema<'ToolSet'> {
  return {
    id: server.id,
    tenant_id: server.tenantId,
    toolset_id: server.slug,
    display_name: server.name,
    ...(server.description && { description: server.description }),
    api_id: server.apiId,
    ...(server.apiName && { api_name: server.apiName }),
    version: server.version ?? null,
    version_pinned: server.pinnedVersion !== undefined,
    environment: server.environment ?? null,
    visibility: server.visibility,
    enabled: server.enabled,
    status: server.status,
    deployed: server.deployed,
    plans: [...server.plans],
    naming: server.naming,
    operations: server.operations ? [...server.operations] : null,
    overrides: [...server.overrides],
    tool_count: server.toolCount,
    problems: [...server.problems],
    path: mcpPath(server),
    created_at: server.createdAt,
    updated_at: server.updatedAt,
    permissions,
  };
}

/** A tool as its makers see it: with the operation that it calls. */
export function toToolSetTool(tool: StoredTool): Schema<'ToolSetTool'> {
  return {
    ...toDefinition(tool),
    operation: tool.operation,
    method: tool.binding.method,
    path: tool.binding.path,
    hash: tool.hash,
  };
}
