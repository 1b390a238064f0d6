import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Platform services of clouds that sit on an address which looks public. */
const CLOUD_SERVICES = new Set(['168.63.129.16']);

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Why a connection to the address is refused, as a word such as `loopback` or
 * `private`; `undefined` for an address of the public internet.
 *
 * Works by what is allowed, not by a list of what is bad: IPv4 outside the IANA
 * special-purpose registry, and IPv6 inside 2000::/3 likewise. Forms that carry
 * an IPv4 address in an IPv6 one (mapped, compatible, 6to4, Teredo) are refused
 * whole, except NAT64 (RFC 6052): there the embedded address decides, because
 * an IPv6-only network reaches every IPv4 host that way.
 */
export function refusalOf(address: string): string | undefined {
  // Zone ids (`fe80::1%eth0`) and loose spellings (`0x7f.1`) are not addresses to `isIP`'s strict eye.
  if (!isIP(address) || address.includes('%')) return 'malformed';
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) {
    if (CLOUD_SERVICES.has(parsed.toString())) return 'cloud-service';
    const range = parsed.range();
    return range === 'unicast' ? undefined : range;
  }
  if (parsed.match(NAT64)) {
    return refusalOf(
      ipaddr.fromByteArray(parsed.toByteArray().slice(12)).toString(),
    );
  }
  const range = parsed.range();
  if (range !== 'unicast') return range;
  return parsed.match(GLOBAL_UNICAST) ? undefined : 'reserved';
}

/** One spelling per host: lower case, no brackets, no trailing dot, IPv6 compressed. */
export function normalizeHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(bare)) return ipaddr.parse(bare).toString();
  return bare.replace(/\.$/, '');
}
