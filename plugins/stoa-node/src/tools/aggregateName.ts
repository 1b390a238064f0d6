import { TOOL_NAME_MAX } from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';

const HASH_LENGTH = 8;

/**
 * The name of a tool where the tools of all servers are together:
 * `<tenant>__<server>__<tool>`. One that is too long is cut, and told apart by the
 * beginning of the whole name's SHA-256: the same tool, always the same name.
 */
export function aggregateToolName(
  tenantId: string,
  slug: string,
  tool: string,
): string {
  const whole = `${tenantId}__${slug}__${tool}`;
  if (whole.length <= TOOL_NAME_MAX) return whole;
  const hash = createHash('sha256').update(whole).digest('hex');
  const kept = whole.slice(0, TOOL_NAME_MAX - HASH_LENGTH - 1);
  return `${kept}_${hash.slice(0, HASH_LENGTH)}`;
}
