import { StoaError } from '@stoa/plugin-stoa-common';
import type { IncomingMessage } from 'node:http';

const BEARER = /^Bearer +(\S+)$/i;
/** A list of credentials in one header, as proxies make it of two (RFC 9110 §5.3). */
const SEVERAL = /,\s*[A-Za-z]+ +\S/;

/** Nothing in it tells why: an attacker learns no more than a stranger. */
export function unauthenticated(): StoaError {
  return new StoaError(
    'stoa.unauthenticated',
    'This needs a valid access token. Sign in again, or ask your identity provider for a new one.',
  );
}

/**
 * The one bearer token of a request. Reads raw headers, because Node keeps only
 * the first of several `Authorization` headers and a proxy before us may have
 * judged by the last.
 *
 * @throws `stoa.two_credentials`, `stoa.unauthenticated`
 */
export function bearerToken(
  request: Pick<IncomingMessage, 'rawHeaders' | 'headers'>,
): string {
  const authorization = headerValues(request, 'authorization');
  const apiKeys = headerValues(request, 'x-api-key');
  const joined = authorization.some(value => SEVERAL.test(value));
  if (joined || authorization.length + apiKeys.length > 1) {
    throw new StoaError(
      'stoa.two_credentials',
      'Send one credential: a single Authorization header, and no X-API-Key beside it.',
    );
  }
  const token = BEARER.exec(authorization[0] ?? '')?.[1];
  if (!token) throw unauthenticated();
  return token;
}

function headerValues(
  { rawHeaders, headers }: Pick<IncomingMessage, 'rawHeaders' | 'headers'>,
  name: string,
): string[] {
  if (!rawHeaders) return [headers[name] ?? []].flat();
  return rawHeaders.filter(
    (_value, index) =>
      index % 2 === 1 && rawHeaders[index - 1].toLowerCase() === name,
  );
}
