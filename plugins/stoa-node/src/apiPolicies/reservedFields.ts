/** Header fields that frame a message, carry credentials, or are believed because the gateway alone says them. */
const RESERVED = new Set([
  // For one connection, or how the message is framed (RFC 9110 §7.6.1, RFC 9112 §6).
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // Credentials: a manifest in Git is no place for one, and backends share a host.
  'authorization',
  'cookie',
  'cookie2',
  'set-cookie',
  'set-cookie2',
  'www-authenticate',
  'x-api-key',
  // What a backend believes of its caller.
  'cf-connecting-ip',
  'forwarded',
  'true-client-ip',
  'via',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-url',
  'x-real-ip',
  'x-request-id',
  'x-rewrite-url',
  // They speak for the whole host, or order the server before us about.
  'alt-svc',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'location',
  'nel',
  'origin-agent-cluster',
  'ratelimit',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'strict-transport-security',
  'x-accel-redirect',
  'x-content-type-options',
  'x-lighttpd-send-file',
  'x-reproxy-url',
  'x-sendfile',
]);
const RESERVED_PREFIXES = [
  'access-control-',
  'proxy-',
  'ratelimit-',
  'sec-',
  'x-forwarded-',
  'x-stoa-',
  'x-user-',
];

/** Whether a policy must leave the header field alone, in any spelling that some server reads as the same. */
export function isReservedField(name: string): boolean {
  const plain = name.toLowerCase().replaceAll('_', '-');
  return (
    RESERVED.has(plain) ||
    RESERVED_PREFIXES.some(prefix => plain.startsWith(prefix))
  );
}
