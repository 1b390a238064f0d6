import { ServerItem } from '@stoa/plugin-stoa-common';
import { RouteTable } from '@stoa/plugin-stoa-node';
import {
  PreparedTool,
  ServedServer,
  ServedTool,
  serveTool,
} from './ServedTool';

/** Everything that is served at one moment; never changed, only replaced. */
export interface Snapshot {
  /** Grows with each change. */
  readonly version: number;
  /** By `<tenant>/<slug>`. */
  readonly servers: ReadonlyMap<string, ServedServer>;
  /** In the order of their aggregate names. */
  readonly tools: readonly ServedTool[];
  readonly byAggregateName: ReadonlyMap<string, ServedTool>;
}

export const EMPTY: Snapshot = {
  version: 0,
  servers: new Map(),
  tools: [],
  byAggregateName: new Map(),
};

/** Joins servers, their tools, and the routes of the APIs behind them. What is not deployed is not served. */
export function buildSnapshot(options: {
  version: number;
  servers: Iterable<ServerItem>;
  toolsOf: (serverId: string) => Iterable<PreparedTool>;
  routes: RouteTable;
}): Snapshot {
  const servers = new Map<string, ServedServer>();
  const byAggregateName = new Map<string, ServedTool>();
  for (const item of options.servers) {
    const { tenant_id, slug, api_id, version, environment } = item;
    const route = options.routes.find(
      [environment, tenant_id, api_id, version].join('/'),
    );
    if (!route || item.status !== 'active') continue;
    const byName = new Map<string, ServedTool>();
    const tools: ServedTool[] = [];
    const server: ServedServer = { item, route, tools, byName };
    for (const prepared of options.toolsOf(item.id)) {
      tools.push(serveTool(prepared, server));
    }
    tools.sort((a, b) => compare(a.tool.name, b.tool.name));
    for (const tool of tools) {
      byName.set(tool.tool.name, tool);
      // Two names can only meet by their hashes; the first one stays.
      if (!byAggregateName.has(tool.aggregateName)) {
        byAggregateName.set(tool.aggregateName, tool);
      }
    }
    servers.set(`${tenant_id}/${slug}`, server);
  }
  const tools = [...byAggregateName.values()].sort((a, b) =>
    compare(a.aggregateName, b.aggregateName),
  );
  return { version: options.version, servers, tools, byAggregateName };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
