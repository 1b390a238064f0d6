import {
  isWellFormedKey,
  MCP_KEY_PREFIX,
  StoaError,
} from '@stoa/plugin-stoa-common';
import { hash } from 'node:crypto';

/** What a caller presents: a key of a subscription (by its SHA-256 in hex), or a token. */
export type Credential =
  | { readonly kind: 'key'; readonly hash: string }
  | { readonly kind: 'token'; readonly token: string };

const MAX_TOKEN = 16_384;

/** Says nothing of what is wrong; what to do is said where the address is known. */
export function unauthenticated(): StoaError {
  return new StoaError(
    'stoa.unauthenticated',
    'A valid access token for this address is needed, or a key of a subscription to its tools.',
  );
}

/**
 * Reads the one credential of a request: `Authorization: Bearer` with an access
 * token or a `stoa_mcp_…` key, or such a key as `X-API-Key`. `rawHeaders` are Node's
 * pairs, because Node drops a second `Authorization`. Throws `stoa.two_credentials`,
 * or `stoa.unauthenticated` for none and for anything else.
 */
export function readCredential(rawHeaders: readonly string[]): Credential {
  let found: string | undefined;
  let isKey = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (name !== 'x-api-key' && name !== 'authorization') continue;
    if (found !== undefined) throw twoCredentials();
    const value = rawHeaders[i + 1].trim();
    // Proxies join two header fields into one with a comma (RFC 9110 §5.3).
    if (value.includes(',')) throw twoCredentials();
    isKey = name === 'x-api-key';
    found = isKey ? value : /^bearer +(\S+)$/i.exec(value)?.[1] ?? '';
  }
  if (!found || found.length > MAX_TOKEN) throw unauthenticated();
  if (isKey || found.startsWith('stoa_')) {
    if (!found.startsWith(MCP_KEY_PREFIX) || !isWellFormedKey(found)) {
      throw unauthenticated();
    }
    return { kind: 'key', hash: hash('sha256', found, 'hex') };
  }
  return { kind: 'token', token: found };
}

function twoCredentials(): StoaError {
  return new StoaError(
    'stoa.two_credentials',
    'Send one credential: either X-API-Key or Authorization, once.',
  );
}
