import { isApiId, isTenantId } from '@stoa/plugin-stoa-common';

export const MCP_PREFIX = '/mcp';

/** What an address below `/mcp` is. */
export type Address =
  | { readonly kind: 'aggregate' }
  | {
      readonly kind: 'server';
      readonly tenantId: string;
      readonly slug: string;
    }
  | { readonly kind: 'rest'; readonly segments: readonly string[] };

/** Reads a path that begins with `/mcp`; `undefined` when nothing can be there. A slash at the end is nothing more. */
export function readAddress(given: string): Address | undefined {
  const path = given.endsWith('/') ? given.slice(0, -1) : given;
  if (path === MCP_PREFIX) return { kind: 'aggregate' };
  const [first, ...rest] = path.slice(MCP_PREFIX.length + 1).split('/');
  if (first === 'v1') return { kind: 'rest', segments: rest };
  const [tenantId, slug] = rest;
  return first === 't' &&
    rest.length === 2 &&
    isTenantId(tenantId) &&
    isApiId(slug)
    ? { kind: 'server', tenantId, slug }
    : undefined;
}

/** The path of an address as a resource (RFC 8707, RFC 9728). */
export function pathOf(address: Exclude<Address, { kind: 'rest' }>): string {
  return address.kind === 'server'
    ? `${MCP_PREFIX}/t/${address.tenantId}/${address.slug}`
    : MCP_PREFIX;
}
