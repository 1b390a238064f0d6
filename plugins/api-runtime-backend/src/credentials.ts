import {
  API_KEY_PREFIX,
  isWellFormedKey,
  StoaError,
} from '@stoa/plugin-stoa-common';
import { createHash } from 'node:crypto';

/** The same words for no key, a malformed, an unknown and another API's key: none can be told from the others. */
export function unknownKey(): StoaError {
  return new StoaError(
    'stoa.key.unknown',
    'An API key for this API is needed, as X-API-Key or as Authorization: Bearer.',
  );
}

/**
 * Reads the API key from `X-API-Key` or `Authorization: Bearer` and gives its
 * SHA-256 in hex: what is looked up, cached and logged is never the key, and as a
 * map is asked and no strings are compared, time tells nothing about it.
 *
 * `rawHeaders` are Node's pairs, because Node drops a second `Authorization`.
 * Throws `stoa.two_credentials`, or `stoa.key.unknown` for none or a malformed one.
 */
export function readKeyHash(rawHeaders: readonly string[]): string {
  let credential: string | undefined;
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
    credential =
      name === 'x-api-key' ? value : /^bearer +(\S+)$/i.exec(value)?.[1] ?? '';
  }
  if (!credential?.startsWith(API_KEY_PREFIX) || !isWellFormedKey(credential)) {
    throw unknownKey();
  }
  return createHash('sha256').update(credential).digest('hex');
}
