import ipaddr from 'ipaddr.js';
import type { IncomingMessage } from 'node:http';

export type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Reads addresses and ranges (RFC 4632 §3.1). Throws for what is neither. */
export function parseRanges(values: readonly string[]): Range[] {
  return values.map(value =>
    value.includes('/') ? ipaddr.parseCIDR(value) : singleAddress(value),
  );
}

/**
 * The address a request comes from. Behind trusted proxies it is the last one in
 * `X-Forwarded-For` that is not such a proxy itself: what lies before that, the
 * caller may have written.
 */
export function clientAddress(
  req: IncomingMessage,
  trusted: readonly Range[],
): string {
  let address = req.socket.remoteAddress ?? '';
  if (trusted.length === 0) return address;
  const forwarded = req.headers['x-forwarded-for'] ?? [];
  const hops = [forwarded].flat().join(',').split(',');
  for (let hop = hops.pop(); hop !== undefined; hop = hops.pop()) {
    const next = hop.trim();
    if (!isWithin(address, trusted) || !ipaddr.isValid(next)) break;
    address = next;
  }
  return address;
}

/** Whether an address lies in one of the ranges; one of version 4 that is written as version 6 is itself. */
export function isWithin(address: string, ranges: readonly Range[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return ranges.some(
    ([base, bits]) => base.kind() === parsed.kind() && parsed.match(base, bits),
  );
}

/**
 * One name for all the addresses that a caller can take freely: an IPv6 network of
 * 64 bits, or the IPv4 address itself.
 */
export function addressGroup(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray().slice(0, 8);
  return Buffer.from(bytes).toString('hex');
}

function singleAddress(value: string): Range {
  const address = ipaddr.process(value);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
