import { CompiledTool } from '@stoa/plugin-stoa-common';
import { fromJson, iso } from '../database/values';
import { ToolProblem } from '../definitions';

/** A row of `mcp_servers` with what its tenant and its API say of it. */
export interface McpServerRecord {
  readonly id: string;
  /** Made from an API here, or elsewhere. */
  readonly kind: 'toolset' | 'mcp';
  readonly tenantId: string;
  readonly tenantName: string;
  readonly slug: string;
  readonly name: string;
  readonly description?: string;
  readonly visibility: 'public' | 'private';
  readonly enabled: boolean;
  /** Of a ToolSet `active`: enabled, with tools, of a published API. */
  readonly status: 'active' | 'inactive' | 'maintenance' | 'deprecated';
  /** A ToolSet that is active, and so is its tenant: gateways call the operations of APIs. */
  readonly isServed: boolean;
  /** Served, and anybody signed in may see it. */
  readonly isPublic: boolean;
  /** Of a ToolSet. */
  readonly apiId?: string;
  readonly apiName?: string;
  /** The version that the manifest names; without one it follows the API. */
  readonly pinnedVersion?: string;
  /** What the tools were made from; absent while the API has no such version. */
  readonly version?: string;
  readonly environment?: 'dev' | 'staging' | 'production';
  /** Whether calls have somewhere to go. */
  readonly deployed: boolean;
  readonly plans: readonly string[];
  readonly naming: { readonly prefix?: string; readonly suffix?: string };
  readonly operations?: readonly string[];
  readonly overrides: readonly {
    operation: string;
    name?: string;
    description?: string;
  }[];
  readonly problems: readonly ToolProblem[];
  readonly toolCount: number;
  readonly commit: string;
  readonly treeId: string;
  readonly aggregateVersion: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A server that is made from an API here. */
export type ToolSetRecord = McpServerRecord & {
  readonly kind: 'toolset';
  readonly apiId: string;
  readonly status: 'active' | 'inactive';
};

export function isToolSet(server: McpServerRecord): server is ToolSetRecord {
  return server.kind === 'toolset';
}

/** A tool as it was compiled, with the operation that it calls. */
export type StoredTool = CompiledTool & { readonly operation: string };

export interface ToolEntry {
  readonly server: McpServerRecord;
  readonly tool: StoredTool;
}

/** Where MCP clients reach a server. */
export function mcpPath(server: {
  readonly tenantId: string;
  readonly slug: string;
}): string {
  return `/mcp/t/${server.tenantId}/${server.slug}`;
}

/** The columns of `mcp_server_tools` that make a tool. */
export const TOOL_COLUMNS = [
  'name',
  'title',
  'description',
  'input_schema',
  'output_schema',
  'annotations',
  'binding',
  'wraps_result',
  'hash',
  'operation',
] as const;

export function toServer(row: any): McpServerRecord {
  const isServed =
    row.kind === 'toolset' &&
    row.status === 'active' &&
    row.tenant_status === 'active';
  return {
    id: row.id,
    kind: row.kind,
    tenantId: row.tenant_id,
    tenantName: row.tenant_name,
    slug: row.slug,
    name: row.name,
    description: row.description ?? undefined,
    visibility: row.visibility,
    enabled: Boolean(row.enabled),
    status: row.status,
    isServed,
    isPublic:
      isServed &&
      row.visibility === 'public' &&
      row.portal_visibility === 'public',
    apiId: row.api_id ?? undefined,
    apiName: row.api_name ?? undefined,
    pinnedVersion: row.api_version ?? undefined,
    version: row.version ?? undefined,
    environment: row.environment ?? undefined,
    deployed: row.kind === 'toolset' && row.deployment_id !== null,
    plans: fromJson(row.plans),
    naming: fromJson(row.naming),
    operations: fromJson<string[] | null>(row.operations) ?? undefined,
    overrides: fromJson(row.overrides),
    problems: fromJson(row.problems),
    toolCount: row.tool_count,
    commit: row.commit,
    treeId: row.tree_id,
    aggregateVersion: row.aggregate_version,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
  };
}

/** A row of which `kind` is known to be `toolset`. */
export function toToolSet(row: any): ToolSetRecord {
  return toServer(row) as ToolSetRecord;
}

/** `prefix` is before the columns' names, where they are joined to others. */
export function toTool(row: any, prefix: string = ''): StoredTool {
  const of = (column: (typeof TOOL_COLUMNS)[number]) => row[prefix + column];
  const json = <T>(column: (typeof TOOL_COLUMNS)[number]) =>
    fromJson<T | null>(of(column));
  const outputSchema =
    json<NonNullable<CompiledTool['outputSchema']>>('output_schema');
  const annotations =
    json<NonNullable<CompiledTool['annotations']>>('annotations');
  return {
    name: of('name'),
    ...(of('title') !== null && { title: of('title') }),
    description: of('description'),
    inputSchema: json<CompiledTool['inputSchema']>('input_schema')!,
    ...(outputSchema && { outputSchema }),
    ...(annotations && { annotations }),
    binding: json<CompiledTool['binding']>('binding')!,
    wrapsResult: Boolean(of('wraps_result')),
    hash: of('hash'),
    operation: of('operation'),
  };
}
