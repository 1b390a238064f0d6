import { CompiledTool, ServerItem, ToolItem } from '@stoa/plugin-stoa-common';
import { FeedInput } from '../database/UnitOfWork';
import { StoredTool, ToolSetRecord } from './rows';

/** A server as gateways read it; one that has nowhere to go is taken from them. */
export function serverFeed(server: ToolSetRecord): FeedInput {
  const { id, tenantId, version, environment } = server;
  if (!version || !environment) return serverGone(tenantId, id);
  const value: ServerItem = {
    id,
    tenant_id: tenantId,
    slug: server.slug,
    kind: 'toolset',
    title: server.name,
    ...(server.description && { description: server.description }),
    visibility: server.visibility,
    status: server.isServed ? 'active' : 'inactive',
    api_id: server.apiId,
    version,
    environment,
  };
  return { tenantId, kind: 'server', op: 'put', key: id, value };
}

export function serverGone(tenantId: string, id: string): FeedInput {
  return { tenantId, kind: 'server', op: 'delete', key: id };
}

/** A tool as gateways read it. */
export function toolFeed(
  server: { readonly id: string; readonly tenantId: string },
  { operation: _, ...tool }: StoredTool,
): FeedInput {
  const value: ToolItem = {
    server_id: server.id,
    tool: tool satisfies CompiledTool,
  };
  return {
    tenantId: server.tenantId,
    kind: 'tool',
    op: 'put',
    key: `${server.id}/${tool.name}`,
    value,
  };
}

export function toolGone(
  server: { readonly id: string; readonly tenantId: string },
  name: string,
): FeedInput {
  return {
    tenantId: server.tenantId,
    kind: 'tool',
    op: 'delete',
    key: `${server.id}/${name}`,
  };
}
