import { StoaError } from '@stoa/plugin-stoa-common';
import { ServedTool } from '../registry/ServedTool';

/** What a list is asked for. */
export interface ToolQuery {
  readonly tenantId?: string;
  readonly server?: string;
  /** Lower case. */
  readonly search?: string;
  readonly limit: number;
  /** The name that the list goes on after. */
  readonly after?: string;
}

const LIMIT_MAX = 100;
const KNOWN = ['tenant_id', 'server', 'search', 'limit', 'cursor'];

/** Reads `?tenant_id&server&search&limit&cursor`. Throws `stoa.validation` naming the field. */
export function readQuery(query: string): ToolQuery {
  const params = new URLSearchParams(query);
  for (const name of new Set(params.keys())) {
    if (!KNOWN.includes(name)) throw invalid(name, 'is not known here');
    if (params.getAll(name).length > 1) throw invalid(name, 'is given twice');
  }
  const text = (name: string) => params.get(name) || undefined;
  const limit = Number(params.get('limit') ?? LIMIT_MAX);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw invalid('limit', `must be 1 to ${LIMIT_MAX}`);
  }
  const cursor = text('cursor');
  return {
    tenantId: text('tenant_id'),
    server: text('server'),
    search: text('search')?.toLowerCase(),
    limit,
    after: cursor && Buffer.from(cursor, 'base64url').toString(),
  };
}

/** `{items, next_cursor}` as JSON: of the tools that the caller may call, those asked for. */
export function selectTools(
  tools: readonly ServedTool[],
  query: ToolQuery,
): string {
  const { tenantId, server, search, limit, after } = query;
  const found = tools.filter(
    ({ aggregateName, tool, server: { item } }) =>
      (after === undefined || aggregateName > after) &&
      (tenantId === undefined || item.tenant_id === tenantId) &&
      (server === undefined || item.slug === server) &&
      (search === undefined ||
        [aggregateName, tool.title ?? '', tool.description].some(text =>
          text.toLowerCase().includes(search),
        )),
  );
  const shown = found.slice(0, limit);
  const next =
    found.length > limit
      ? Buffer.from(shown[limit - 1].aggregateName).toString('base64url')
      : null;
  const items = shown.map(tool => tool.aggregateJson).join(',');
  return `{"items":[${items}],"next_cursor":${JSON.stringify(next)}}`;
}

function invalid(field: string, message: string): StoaError {
  return new StoaError('stoa.validation', `${field}: ${message}`, {
    details: [{ field, message }],
  });
}
