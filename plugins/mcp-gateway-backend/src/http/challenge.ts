import { StoaError } from '@stoa/plugin-stoa-common';
import type { OutgoingHttpHeaders } from 'node:http';

/** What a client should ask its issuer for: everything that is needed here, in one go. */
export const SCOPES = ['stoa:read', 'stoa:tools:execute'] as const;

/**
 * Tells a client how to get a token that will do (RFC 6750 §3, RFC 9728 §5.1); for
 * other errors, when to try again.
 *
 * @param metadataUrl - where the protected resource's metadata is
 * @param presented - whether there was a credential: then it is what is wrong
 */
export function errorHeaders(
  error: StoaError,
  metadataUrl: string,
  presented = false,
): OutgoingHttpHeaders {
  const where = `resource_metadata="${metadataUrl}", scope="${SCOPES.join(
    ' ',
  )}"`;
  switch (error.code) {
    case 'stoa.unauthenticated':
      return {
        'www-authenticate': `Bearer ${
          presented ? 'error="invalid_token", ' : ''
        }${where}`,
      };
    case 'stoa.forbidden':
      return Object(error.details).rule === 'scope'
        ? {
            'www-authenticate': `Bearer error="insufficient_scope", ${where}`,
          }
        : {};
    case 'stoa.rate_limited':
      return 'retryAfter' in error
        ? { 'retry-after': String(error.retryAfter) }
        : {};
    case 'stoa.unavailable':
      return { 'retry-after': '1' };
    default:
      return {};
  }
}
