import {
  CompiledTool,
  ServerItem,
  ToolDefinition,
} from '@stoa/plugin-stoa-common';
import {
  aggregateToolName,
  prepareRequest,
  Route,
} from '@stoa/plugin-stoa-node';

/** A tool as it is told and called; made once, when the feed tells of it. */
export interface PreparedTool {
  readonly tool: CompiledTool;
  readonly request: ReturnType<typeof prepareRequest>;
}

/** A tool of a server, under the addresses that serve it. */
export interface ServedTool extends PreparedTool {
  readonly server: ServedServer;
  /** Its name among everything that is served. */
  readonly aggregateName: string;
  /** `ToolDefinition` as JSON, under its own and under its aggregate name. */
  readonly ownJson: string;
  readonly aggregateJson: string;
}

/** A server whose API is deployed. */
export interface ServedServer {
  readonly item: ServerItem;
  readonly route: Route;
  /** In the order of their own names. */
  readonly tools: readonly ServedTool[];
  readonly byName: ReadonlyMap<string, ServedTool>;
}

/** Throws when the tool cannot become requests. */
export function prepareTool(tool: CompiledTool): PreparedTool {
  return { tool, request: prepareRequest(tool.binding) };
}

/** Puts a tool under its server's addresses. */
export function serveTool(
  prepared: PreparedTool,
  server: ServedServer,
): ServedTool {
  const { tool } = prepared;
  const aggregateName = aggregateToolName(
    server.item.tenant_id,
    server.item.slug,
    tool.name,
  );
  return {
    ...prepared,
    server,
    aggregateName,
    ownJson: definitionJson(tool, tool.name),
    aggregateJson: definitionJson(tool, aggregateName),
  };
}

/** What a client is told, and nothing of where calls go. */
function definitionJson(tool: CompiledTool, name: string): string {
  const { title, description, inputSchema, outputSchema, annotations } = tool;
  const definition: ToolDefinition = {
    name,
    ...(title !== undefined && { title }),
    description,
    inputSchema,
    ...(outputSchema && { outputSchema }),
    ...(annotations && { annotations }),
  };
  return JSON.stringify(definition);
}
