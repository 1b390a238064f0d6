import { createHmac } from 'node:crypto';

/**
 * `t=<unix seconds>,v1=<hex>` over `<t>.<body>`, HMAC-SHA256 (RFC 2104) with the
 * secret's own bytes. The time is signed with the body, so that a receiver can
 * refuse what somebody recorded and sends again later.
 */
export function signatureOf(
  secret: string,
  body: Buffer,
  seconds: number,
): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.`).update(body);
  return `t=${seconds},v1=${mac.digest('hex')}`;
}
