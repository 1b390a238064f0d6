/**
 * An idempotency key for one form: sending it again after a lost answer creates
 * nothing twice. Not `crypto.randomUUID`, which browsers offer on secure origins only.
 */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
