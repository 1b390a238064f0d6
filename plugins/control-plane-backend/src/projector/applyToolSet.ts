import { Knex } from 'knex';
import { v5 as uuidV5, v7 as uuid } from 'uuid';
import { isDeepStrictEqual } from 'node:util';
import {
  mcpServerEntity,
  mcpServerEntityRef,
} from '../catalog/mcpServerEntity';
import { searchText } from '../database/search';
import { Tx } from '../database/UnitOfWork';
import { fromJson, now } from '../database/values';
import { CompiledToolSet, ToolProblem } from '../definitions';
import { serverFeed, serverGone, toolGone } from '../mcp-servers/feedItems';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { StoredTool } from '../mcp-servers/rows';
import { EVENT_NAMESPACE } from './applyApi';
import { toolSetPath } from './paths';
import { quarantine, release } from './quarantine';
import { writeTools } from './toolRows';
import { ToolSetManifest } from './toolSetManifest';

/** How many ToolSets a tenant may have; each holds up to a whole definition's worth of tools. */
export const MAX_TOOLSETS = 100;

export interface ToolSetContent {
  readonly tenantId: string;
  readonly toolSetId: string;
  readonly manifest: ToolSetManifest;
  /** The commit that is projected, and the one that holds the manifest: earlier, where only the API changed. */
  readonly commit: string;
  readonly manifestCommit: string;
  readonly treeId: string;
  /** By hash of the definition; where the whole could not be compiled, why. */
  readonly compiled: ReadonlyMap<string, CompiledToolSet | string>;
  readonly baseUrl: string;
}

/** What a ToolSet makes of the API that it names. */
interface Outcome {
  readonly version: string | null;
  readonly environment: string | null;
  readonly status: 'active' | 'inactive';
  readonly tools: readonly StoredTool[];
  readonly problems: readonly ToolProblem[];
}

/** Brings a ToolSet's rows, tools, event, feed items and audit to what Git says. */
export async function applyToolSet(
  tx: Tx,
  content: ToolSetContent,
): Promise<void> {
  const { tenantId, toolSetId, commit } = content;
  const { spec } = content.manifest;
  const path = toolSetPath(tenantId, toolSetId);
  const where = { tenant_id: tenantId, slug: toolSetId };

  if (!(await tx.db('tenants').where({ id: tenantId }).first('id'))) {
    const reason = 'its tenant has no tenant.yaml';
    await quarantine(tx, tenantId, path, commit, reason);
    return;
  }
  const outcome = await compileFor(tx, content);
  if (typeof outcome === 'string') {
    await quarantine(tx, tenantId, path, commit, outcome);
    return;
  }
  const known = await tx.db('mcp_servers').where(where).first();
  if (known && known.kind !== 'toolset') {
    const reason = 'the tenant has an MCP server of this name elsewhere';
    await quarantine(tx, tenantId, path, commit, reason);
    return;
  }
  const live = known && known.deleted_at === null;
  const store = new McpServerStore(tx.db);
  if (!live && (await store.count(tenantId)) >= MAX_TOOLSETS) {
    const reason = `the tenant has ${MAX_TOOLSETS} ToolSets already`;
    await quarantine(tx, tenantId, path, commit, reason);
    return;
  }
  const ownChange = content.manifestCommit === commit;
  if (ownChange) await release(tx, tenantId, path);

  const row = {
    name: spec.displayName ?? toolSetId,
    description: spec.description ?? null,
    kind: 'toolset',
    visibility: spec.visibility,
    enabled: spec.enabled,
    api_id: spec.apiRef.name,
    api_version: spec.apiRef.version ?? null,
    version: outcome.version,
    environment: outcome.environment,
    status: outcome.status,
    plans: JSON.stringify(spec.plans),
    naming: JSON.stringify(spec.naming),
    operations: spec.selector.operationIds
      ? JSON.stringify(spec.selector.operationIds)
      : null,
    overrides: JSON.stringify(spec.tools),
    problems: JSON.stringify(outcome.problems),
    tool_count: outcome.tools.length,
    search_text: searchText(toolSetId, spec.displayName, spec.description),
    commit: content.manifestCommit,
    tree_id: content.treeId,
    deleted_at: null,
    aggregate_version: (known?.aggregate_version ?? 0) + 1,
    updated_at: now(),
  };
  const id = known?.id ?? uuid();
  if (!known) {
    await tx
      .db('mcp_servers')
      .insert({ id, ...where, ...row, created_at: now() });
  }
  const toolsChanged = await writeTools(tx, { id, tenantId }, outcome.tools);
  // An API may change in ways that say nothing to its tools.
  if (!ownChange && !toolsChanged && saysTheSame(known, row)) return;
  if (known) await tx.db('mcp_servers').where({ id }).update(row);

  const type = live ? 'toolset-updated' : 'toolset-created';
  await tx.event({
    topic: live ? 'api-updated' : 'api-created',
    type,
    tenantId,
    aggregate: `toolset:${tenantId}/${toolSetId}`,
    aggregateVersion: row.aggregate_version,
    eventId: uuidV5(`${commit}:${path}:${type}`, EVENT_NAMESPACE),
    payload: {
      toolset_id: toolSetId,
      server_id: id,
      name: row.name,
      api_id: row.api_id,
      version: row.version,
      status: row.status,
      tool_count: row.tool_count,
      created_by: tx.actor.principal.subject,
    },
  });
  await tx.audit({
    tenantId,
    action: live ? 'stoa.toolset.update' : 'stoa.toolset.create',
    resource: `toolset:${tenantId}/${toolSetId}`,
    outcome: 'success',
    details: {
      commit,
      api_id: row.api_id,
      version: row.version,
      status: row.status,
      tools: row.tool_count,
    },
  });
  const record = await store.findToolSet(tenantId, toolSetId);
  const entity = mcpServerEntity(record!, content.baseUrl);
  await tx.feed(serverFeed(record!), {
    tenantId,
    kind: 'entity',
    op: 'put',
    key: entity.ref,
    value: entity.value,
  });
}

/** Finds the definition that holds now and the tools that were compiled from it, or why there are none. */
async function compileFor(
  tx: Tx,
  content: ToolSetContent,
): Promise<Outcome | string> {
  const { spec } = content.manifest;
  const { name, version } = spec.apiRef;
  const nothing = (message: string): Outcome => ({
    version: null,
    environment: null,
    status: 'inactive',
    tools: [],
    problems: [{ message }],
  });
  const api = await tx
    .db('apis')
    .where({ tenant_id: content.tenantId, api_id: name })
    .whereNull('deleted_at')
    .first();
  if (!api) return nothing(`The tenant has no API "${name}".`);
  const source = await new McpServerStore(tx.db).sourceOf(
    content.tenantId,
    name,
    version,
  );
  if (!source) return nothing(`The API has no version ${version}.`);
  const compiled = content.compiled.get(source.hash);
  if (!compiled) {
    throw new Error(
      `The definition of ${name} ${source.version} changed while it was compiled`,
    );
  }
  if (typeof compiled === 'string') return compiled;
  const problems: ToolProblem[] = [...compiled.problems];
  const environments = fromJson<{ name: string }[]>(api.environments);
  const environment = spec.environment ?? environments[0]?.name;
  if (!environments.some(e => e.name === environment)) {
    problems.push({
      message: environment
        ? `The API has no environment ${environment}.`
        : 'The API has no environment.',
    });
  }
  const published = ['published', 'deprecated'].includes(api.status);
  if (!published) {
    problems.push({
      message: `The API is ${api.status}; its tools are served while it is published.`,
    });
  }
  const active =
    spec.enabled &&
    published &&
    environment !== undefined &&
    compiled.tools.length > 0;
  return {
    version: source.version,
    environment: environment ?? null,
    status: active ? 'active' : 'inactive',
    tools: compiled.tools,
    problems,
  };
}

/** Whether what depends on the API is as it was. */
function saysTheSame(
  known: Record<string, unknown> | undefined,
  row: { version: unknown; environment: unknown; status: unknown } & {
    problems: string;
  },
): boolean {
  return (
    known !== undefined &&
    known.version === row.version &&
    known.environment === row.environment &&
    known.status === row.status &&
    isDeepStrictEqual(fromJson(known.problems), fromJson(row.problems))
  );
}

/** The ToolSet is gone from Git. One that somebody is subscribed to keeps its row until nobody is. */
export async function applyToolSetRemoval(
  tx: Tx,
  tenantId: string,
  toolSetId: string,
  commit: string,
): Promise<void> {
  const path = toolSetPath(tenantId, toolSetId);
  const store = new McpServerStore(tx.db);
  const known = await store.findToolSet(tenantId, toolSetId);
  if (known && (await hasSubscribers(tx.db, known.id))) {
    const reason = 'it was removed while somebody is subscribed to it';
    await quarantine(tx, tenantId, path, commit, reason);
    return;
  }
  await release(tx, tenantId, path);
  if (!known) return;
  const version = known.aggregateVersion + 1;
  const tools = await store.tools(known.id);
  await tx.db('mcp_server_tools').where({ server_id: known.id }).del();
  await tx.db('mcp_servers').where({ id: known.id }).update({
    deleted_at: now(),
    updated_at: now(),
    tool_count: 0,
    status: 'inactive',
    aggregate_version: version,
  });
  await tx.event({
    topic: 'api-deleted',
    type: 'toolset-deleted',
    tenantId,
    aggregate: `toolset:${tenantId}/${toolSetId}`,
    aggregateVersion: version,
    eventId: uuidV5(`${commit}:${path}:toolset-deleted`, EVENT_NAMESPACE),
    payload: {
      toolset_id: toolSetId,
      server_id: known.id,
      name: known.name,
      api_id: known.apiId,
    },
  });
  await tx.audit({
    tenantId,
    action: 'stoa.toolset.delete',
    resource: `toolset:${tenantId}/${toolSetId}`,
    outcome: 'success',
    details: { commit },
  });
  await tx.feed(
    ...tools.map(tool => toolGone(known, tool.name)),
    serverGone(tenantId, known.id),
    {
      tenantId,
      kind: 'entity',
      op: 'delete',
      key: mcpServerEntityRef(tenantId, toolSetId),
    },
  );
}

/** Whether somebody has, or waits for, a subscription to the server. */
export async function hasSubscribers(
  db: Knex,
  serverId: string,
): Promise<boolean> {
  const row = await db('mcp_subscriptions')
    .where({ server_id: serverId })
    .whereIn('status', ['pending', 'active', 'suspended'])
    .first('id');
  return Boolean(row);
}
