import {
  KEY_RANDOM_LENGTH,
  KEY_STORED_PREFIX_LENGTH,
} from '@stoa/plugin-stoa-common';
import { createHash, randomInt } from 'node:crypto';

const ALPHABET =
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A key as it is made: `plain` is for the one answer that shows it, the rest is stored. */
export interface NewKey {
  readonly plain: string;
  readonly hash: string;
  readonly prefix: string;
}

/** The prefix and 32 characters of a CSPRNG, each of 62 equally likely. */
export function generateKey(keyPrefix: string): NewKey {
  let plain = keyPrefix;
  for (let i = 0; i < KEY_RANDOM_LENGTH; i += 1)
    plain += ALPHABET[randomInt(ALPHABET.length)];
  return {
    plain,
    hash: hashKey(plain),
    prefix: plain.slice(0, KEY_STORED_PREFIX_LENGTH),
  };
}

/** SHA-256 in hex: the key has 190 bits of its own, so a slow hash would add nothing. */
export function hashKey(plain: string): string {
  return createHash('sha256').update(plain).digest('hex');
}
