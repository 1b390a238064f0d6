import {
  ENVIRONMENTS,
  isApiId,
  isTenantId,
  isToolName,
  JsonSchema,
  ServerItem,
  ToolItem,
} from '@stoa/plugin-stoa-common';

type Value = Readonly<Record<string, unknown>>;

/** Reads a `server` item of the feed. Throws when it is none that can be served. */
export function parseServer(key: string, value: Value): ServerItem {
  const item = value as unknown as ServerItem;
  const right =
    item.id === key &&
    isTenantId(String(item.tenant_id)) &&
    isApiId(String(item.slug)) &&
    isApiId(String(item.api_id)) &&
    typeof item.version === 'string' &&
    ENVIRONMENTS.some(e => e === item.environment) &&
    typeof item.title === 'string' &&
    ['active', 'inactive'].includes(item.status) &&
    ['public', 'private'].includes(item.visibility);
  if (!right) throw new Error('its description is malformed');
  return item;
}

/** Reads a `tool` item of the feed. Throws when it is none that can be served. */
export function parseTool(key: string, value: Value): ToolItem {
  const item = value as unknown as ToolItem;
  const tool = Object(item.tool) as ToolItem['tool'];
  const right =
    key === `${item.server_id}/${tool.name}` &&
    isToolName(tool.name) &&
    typeof tool.description === 'string' &&
    isObjectSchema(tool.inputSchema) &&
    (tool.outputSchema === undefined || isObjectSchema(tool.outputSchema)) &&
    Object(tool.binding).kind === 'rest';
  if (!right) throw new Error('its description is malformed');
  return item;
}

function isObjectSchema(schema: JsonSchema | undefined): boolean {
  return Object(schema).type === 'object';
}
