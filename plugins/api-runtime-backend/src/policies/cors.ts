import { StepConfig } from '@stoa/plugin-stoa-node';
import type { IncomingMessage } from 'node:http';
import { VARY } from '../headers';

/** True for a CORS preflight, which a browser sends without credentials (Fetch standard §3.2.2). */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/**
 * Who may read an answer. Never with cookies: nothing under `/gateway` reads them,
 * and a page calls with a credential that it was given.
 */
export function corsFields(
  cors: StepConfig<'cors'>,
  origin: string | undefined,
): Record<string, string> {
  if (cors.allowOrigins.includes('*')) {
    return {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': cors.exposeHeaders.join(', '),
    };
  }
  const allowed = origin !== undefined && cors.allowOrigins.includes(origin);
  return {
    // Caches must not give one origin what was said to another.
    vary: `${VARY}, Origin`,
    ...(allowed && {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': cors.exposeHeaders.join(', '),
    }),
  };
}

/** What a preflight is answered beside `corsFields`; a browser reads the rest of it only where the origin is allowed. */
export function preflightFields(
  cors: StepConfig<'cors'>,
): Record<string, string> {
  return {
    'access-control-allow-methods': cors.allowMethods.join(', '),
    // The wildcard does not cover Authorization.
    'access-control-allow-headers': [
      'Authorization',
      ...cors.allowHeaders,
    ].join(', '),
    'access-control-max-age': String(cors.maxAgeSeconds),
  };
}
