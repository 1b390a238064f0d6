import type { IncomingMessage, ServerResponse } from 'node:http';
import { GATEWAY_HEADERS } from './headers';

/** True for a CORS preflight, which a browser sends without credentials (Fetch standard §3.2.2). */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/**
 * Any origin may call with a key that it was given, and none with cookies: nothing
 * under `/gateway` reads them. The same answer for every address, so that it tells
 * nothing about routes.
 */
export function answerPreflight(res: ServerResponse): void {
  res.writeHead(204, {
    ...GATEWAY_HEADERS,
    'access-control-allow-methods':
      'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    // The wildcard does not cover Authorization.
    'access-control-allow-headers': 'Authorization, *',
    'access-control-max-age': '600',
  });
  res.end();
}
