import { v7 as uuid } from 'uuid';
import { isDeepStrictEqual } from 'node:util';
import { searchText } from '../database/search';
import { Tx } from '../database/UnitOfWork';
import { toolFeed, toolGone } from '../mcp-servers/feedItems';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { StoredTool } from '../mcp-servers/rows';

/** SQLite takes few bound values at once. */
const BATCH = 40;

/** Brings a server's tools, and what gateways know of them, to what was compiled; says whether anything changed. */
export async function writeTools(
  tx: Tx,
  server: { readonly id: string; readonly tenantId: string },
  compiled: readonly StoredTool[],
): Promise<boolean> {
  const before = await new McpServerStore(tx.db).tools(server.id);
  // As it is kept: without what is undefined.
  const tools: readonly StoredTool[] = JSON.parse(JSON.stringify(compiled));
  // One by one: a driver's arrays may have another prototype than ours.
  const same = tools.every((tool, i) => isDeepStrictEqual(before[i], tool));
  if (same && before.length === tools.length) return false;
  const known = new Map(before.map(tool => [tool.name, tool]));
  const names = new Set(tools.map(tool => tool.name));
  const gone = before.filter(tool => !names.has(tool.name));
  // A tool may only have moved: its place is not told to gateways.
  await tx.db('mcp_server_tools').where({ server_id: server.id }).del();
  const rows = tools.map((tool, position) => toRow(server, tool, position));
  for (let i = 0; i < rows.length; i += BATCH)
    await tx.db('mcp_server_tools').insert(rows.slice(i, i + BATCH));
  await tx.feed(
    ...gone.map(tool => toolGone(server, tool.name)),
    ...tools
      .filter(tool => !isDeepStrictEqual(known.get(tool.name), tool))
      .map(tool => toolFeed(server, tool)),
  );
  return true;
}

function toRow(
  server: { readonly id: string; readonly tenantId: string },
  tool: StoredTool,
  position: number,
) {
  const json = (value: unknown) =>
    value === undefined ? null : JSON.stringify(value);
  return {
    id: uuid(),
    server_id: server.id,
    tenant_id: server.tenantId,
    name: tool.name,
    title: tool.title ?? null,
    description: tool.description,
    input_schema: json(tool.inputSchema),
    output_schema: json(tool.outputSchema),
    annotations: json(tool.annotations),
    binding: json(tool.binding),
    wraps_result: tool.wrapsResult,
    hash: tool.hash,
    operation: tool.operation,
    endpoint: tool.binding.path.slice(0, 512),
    method: tool.binding.method,
    position,
    search_text: searchText(tool.name, tool.title, tool.description),
  };
}
