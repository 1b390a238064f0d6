import {
  API_KEY_PREFIX,
  isWellFormedKey,
  StoaError,
} from '@stoa/plugin-stoa-common';
import { hash } from 'node:crypto';

/** What a caller presents: an API key (by its SHA-256 in hex), or an access token. */
export type Credential =
  | { readonly kind: 'key'; readonly hash: string }
  | { readonly kind: 'token'; readonly token: string };

const MAX_TOKEN = 16_384;

/** The same words for no key, a malformed, an unknown and another API's key: none can be told from the others. */
export function unknownKey(): StoaError {
  return new StoaError(
    'stoa.key.unknown',
    'An API key for this API is needed, as X-API-Key or as Authorization: Bearer.',
  );
}

/** Where tokens are accepted. */
export function unknownToken(): StoaError {
  return new StoaError(
    'stoa.unauthenticated',
    'A valid access token for this API is needed, as Authorization: Bearer, or an API key where it accepts them.',
  );
}

/**
 * Reads the one credential of a call: `X-API-Key` with a key, or `Authorization:
 * Bearer` with a key or an access token. What is looked up, cached and logged is
 * never the key, and as a map is asked and no strings are compared, time tells
 * nothing about it.
 *
 * `rawHeaders` are Node's pairs, because Node drops a second `Authorization`.
 * Throws `stoa.two_credentials`, or `stoa.key.unknown` for none or a malformed one.
 */
export function readCredential(rawHeaders: readonly string[]): Credential {
  let credential: string | undefined;
  let isKey = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (name !== 'x-api-key' && name !== 'authorization') continue;
    if (credential !== undefined) {
      throw new StoaError(
        'stoa.two_credentials',
        'Send one credential: either X-API-Key or Authorization, once.',
      );
    }
    const value = rawHeaders[i + 1].trim();
    isKey = name === 'x-api-key';
    credential = isKey ? value : /^bearer +(\S+)$/i.exec(value)?.[1] ?? '';
  }
  if (!credential || credential.length > MAX_TOKEN) throw unknownKey();
  if (isKey || credential.startsWith('stoa_')) {
    if (!credential.startsWith(API_KEY_PREFIX) || !isWellFormedKey(credential))
      throw unknownKey();
    return { kind: 'key', hash: hash('sha256', credential, 'hex') };
  }
  return { kind: 'token', token: credential };
}
