import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a text with AES-256-GCM (NIST SP 800-38D) to base64url of nonce, tag
 * and ciphertext. `context` is bound to it: what was sealed for one thing does
 * not open for another.
 */
export function seal(key: Buffer, plain: string, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Throws for another key, another context, and anything that was changed. */
export function unseal(key: Buffer, sealed: string, context: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const opener = createDecipheriv(CIPHER, key, iv, {
    authTagLength: TAG_BYTES,
  });
  opener.setAAD(Buffer.from(context));
  opener.setAuthTag(tag);
  return Buffer.concat([
    opener.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
    opener.final(),
  ]).toString('utf8');
}

const KEY = /^[0-9a-f]{64}$/i;

/** A key of 64 hexadecimal digits, as `openssl rand -hex 32` makes them. */
export function parseKey(text: string): Buffer | undefined {
  return KEY.test(text) ? Buffer.from(text, 'hex') : undefined;
}

export function generateKey(): string {
  return randomBytes(32).toString('hex');
}
