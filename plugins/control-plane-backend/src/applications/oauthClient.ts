import { invalid } from '../apis/checks';

/** The most that the tokens of an application may do: look, and call what it subscribed to. */
export const APPLICATION_SCOPES: readonly string[] = [
  'stoa:catalog:read',
  'stoa:tools:read',
  'stoa:tools:execute',
];

/** Hosts that are the machine of whoever signs in (RFC 8252 §7.3). */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Throws `stoa.validation` for an address that people cannot be sent back to: https,
 * or http on loopback (RFC 8252 §7.3), without fragment (RFC 6749 §3.1.2) or user.
 */
export function checkRedirectUris(uris: readonly string[]): void {
  for (const uri of uris) {
    const url = /\s/.test(uri) ? null : URL.parse(uri);
    const isSafe =
      url?.protocol === 'https:' ||
      (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
    if (!url || !isSafe || url.username || url.password || uri.includes('#')) {
      throw invalid(
        'redirect_uris',
        'must be https, or http on loopback, without user or fragment',
      );
    }
  }
}
