import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

const ALLOWED_HEADERS =
  'authorization, content-type, accept, x-api-key, x-request-id, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id, last-event-id';
const EXPOSED_HEADERS =
  'www-authenticate, x-request-id, retry-after, ratelimit, ratelimit-policy, ratelimit-limit, ratelimit-remaining, ratelimit-reset';

/**
 * Header fields for a web page of an allowed origin; none for what is no web page.
 * Throws `stoa.forbidden` for any other origin: a page that a person happens to
 * look at must not reach a gateway in their network (DNS rebinding).
 */
export function originHeaders(
  req: IncomingMessage,
  allowed: ReadonlySet<string>,
): OutgoingHttpHeaders {
  const { origin } = req.headers;
  if (origin === undefined) return {};
  if (!allowed.has(origin)) {
    throw new StoaError(
      'stoa.forbidden',
      'Web pages of this origin may not call here.',
      { details: { rule: 'origin' } },
    );
  }
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED_HEADERS,
    vary: 'Origin',
  };
}

/** Header fields of the answer to a preflight (Fetch, CORS protocol). */
export function preflightHeaders(): OutgoingHttpHeaders {
  return {
    'access-control-allow-methods': 'POST, GET, DELETE',
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': '600',
  };
}
