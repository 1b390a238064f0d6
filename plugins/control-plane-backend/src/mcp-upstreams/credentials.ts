import { Schema } from '@stoa/plugin-stoa-common';
import { invalid } from '../apis/checks';

type Auth = Schema<'McpUpstreamAuth'>;

/** Headers that are the protocol's, or the connection's, and nobody else's. */
const TAKEN =
  /^(accept|authorization|connection|content-.*|cookie|expect|host|keep-alive|last-event-id|mcp-.*|origin|proxy-.*|te|trailer|transfer-encoding|upgrade|user-agent)$/i;

/** What the secret of a server is sealed for: in another row it does not open. */
export function secretContext(serverId: string): string {
  return `mcp-server:${serverId}`;
}

/**
 * Throws `stoa.validation` naming the field for what cannot be shown to a server.
 * `isKept`: a secret for the same kind and host is there already.
 */
export function checkAuth(auth: Auth, isKept: boolean): void {
  const { type, header, secret } = auth;
  if (type === 'api_key') {
    if (header === undefined)
      throw invalid('auth.header', 'must be given for an API key');
    if (TAKEN.test(header))
      throw invalid('auth.header', 'must not be a header of the protocol');
  } else if (header !== undefined) {
    throw invalid('auth.header', 'is for an API key alone');
  }
  if (type === 'none') {
    if (secret !== undefined)
      throw invalid('auth.secret', 'must not be given without a use');
    return;
  }
  if (secret === undefined && !isKept) {
    throw invalid(
      'auth.secret',
      'must be given: for another kind or host it is not kept',
    );
  }
  if (type === 'basic' && secret !== undefined && !secret.includes(':'))
    throw invalid('auth.secret', 'must be user:password');
}

/** The headers that a server is shown (RFC 6750 §2.1, RFC 7617 §2). */
export function headersOf(
  auth: Pick<Auth, 'type' | 'header'>,
  secret: string | undefined,
): Record<string, string> {
  if (auth.type === 'none' || secret === undefined) return {};
  if (auth.type === 'bearer') return { Authorization: `Bearer ${secret}` };
  if (auth.type === 'basic') {
    const pair = Buffer.from(secret).toString('base64');
    return { Authorization: `Basic ${pair}` };
  }
  return { [auth.header!]: secret };
}
