import { FieldRules, plainName } from './policies/fields';

/** For one connection only (RFC 9110 §7.6.1, and two that older software sends). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const DROPPED_FROM_REQUEST = new Set([
  ...HOP_BY_HOP,
  // Credentials for the gateway, and for the platform that shares its host.
  'authorization',
  'cookie',
  'x-api-key',
  // Answered here; what is sent on is the gateway's own.
  'expect',
  'host',
  'forwarded',
  'via',
  'x-real-ip',
  'x-request-id',
  // Some backends take the caller's address from these,
  'cf-connecting-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  // or the path, which would lead out of the one they are deployed with,
  'x-original-url',
  'x-rewrite-url',
  // or, run as CGI, the proxy that they call others through (RFC 3875 §4.1.18).
  'proxy',
]);
/** A backend may believe these: only the gateway says them. */
const DROPPED_REQUEST_PREFIXES = ['x-forwarded-', 'x-stoa-', 'x-user-'];

const DROPPED_FROM_RESPONSE = new Set([
  ...HOP_BY_HOP,
  // They speak for a whole host, which backends share.
  'alt-svc',
  'clear-site-data',
  'nel',
  'origin-agent-cluster',
  'report-to',
  'reporting-endpoints',
  'refresh',
  'service-worker-allowed',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  // Orders to a web server before us, to answer with what it alone can reach.
  'x-accel-redirect',
  'x-lighttpd-send-file',
  'x-reproxy-url',
  'x-sendfile',
  // Set by the gateway.
  'content-security-policy',
  'content-security-policy-report-only',
  'ratelimit',
  'via',
  'x-content-type-options',
  'x-request-id',
]);
const DROPPED_RESPONSE_PREFIXES = ['access-control-', 'ratelimit-', 'x-stoa-'];

/** A cache on the way must not give one caller what was said to another; it knows of `Authorization` alone (RFC 9111 §3.5). */
export const VARY = 'Authorization, X-API-Key';

/** On every answer under `/gateway`: a document served there runs no script and shares no origin. */
export const GATEWAY_HEADERS = {
  vary: VARY,
  'content-security-policy': 'sandbox',
  'x-content-type-options': 'nosniff',
} as const;

const VIA = '1.1 stoa';

/**
 * Header fields for the backend, as name and value in turn: the caller's, without
 * what is for the gateway, and the gateway's own.
 */
export function requestHeaders(
  raw: readonly string[],
  own: {
    readonly requestId: string;
    readonly forwarded: string;
    /** In place of the caller's, where this hop is traced (W3C Trace Context §3.4). */
    readonly traceparent?: string;
    readonly rules?: FieldRules;
    /** Which of the caller's may pass, by lower-case name; all without it. */
    readonly passes?: (name: string) => boolean;
    /** Of a cache that asks whether what it keeps still holds, as name and value in turn. */
    readonly conditions?: readonly string[];
  },
): string[] {
  const { requestId, forwarded, traceparent, rules, passes, conditions } = own;
  const out: string[] = [];
  const fields = callersFields(raw, rules);
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i].toLowerCase();
    if (passes?.(name) === false) continue;
    if (name === 'traceparent' && traceparent !== undefined) continue;
    out.push(fields[i], fields[i + 1]);
  }
  const via: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i].toLowerCase() === 'via' && !passes) via.push(raw[i + 1]);
  }
  out.push('via', [...via, VIA].join(', '));
  out.push('x-request-id', requestId);
  out.push('forwarded', forwarded);
  if (traceparent !== undefined) out.push('traceparent', traceparent);
  if (conditions) out.push(...conditions);
  if (rules) out.push(...rules.add);
  return out;
}

/** The fields of a caller that may go on, as name and value in turn. */
export function callersFields(
  raw: readonly string[],
  rules: FieldRules | undefined,
): string[] {
  const named = connectionOptions(raw);
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = plainName(raw[i]);
    if (
      DROPPED_FROM_REQUEST.has(name) ||
      named?.has(name) ||
      rules?.drop.has(name) ||
      startsWithAny(name, DROPPED_REQUEST_PREFIXES)
    ) {
      continue;
    }
    out.push(raw[i], raw[i + 1]);
  }
  return out;
}

/**
 * Header fields for the caller, as name and value in turn: the backend's, without
 * what must not come from it, and the gateway's own. `location` translates a
 * reference to the backend (`undefined` drops it).
 */
export function responseHeaders(
  raw: readonly string[],
  options: {
    readonly status: number;
    readonly own: Readonly<Record<string, string>>;
    readonly location: (value: string) => string | undefined;
    readonly rules?: FieldRules;
  },
): string[] {
  const { status, own, location, rules } = options;
  const named = connectionOptions(raw);
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase();
    if (
      DROPPED_FROM_RESPONSE.has(name) ||
      // RFC 9110 §8.6; somebody on the way might wait for that many bytes.
      (status === 204 && name === 'content-length') ||
      named?.has(name) ||
      rules?.drop.has(plainName(name)) ||
      startsWithAny(name, DROPPED_RESPONSE_PREFIXES)
    ) {
      continue;
    }
    const value =
      name === 'location' || name === 'content-location'
        ? location(raw[i + 1])
        : raw[i + 1];
    if (value !== undefined) out.push(name, value);
  }
  for (const name of Object.keys(own)) out.push(name, own[name]);
  out.push('via', VIA);
  if (rules) out.push(...rules.add);
  return out;
}

/** `Forwarded` of RFC 7239 for this hop; addresses of version 6 are bracketed and quoted (§6). */
export function forwardedElement(options: {
  readonly address: string;
  readonly host: string | undefined;
  readonly scheme: string;
}): string {
  const { address, host, scheme } = options;
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/, '');
  const node = plain.includes(':') ? `"[${plain}]"` : plain || 'unknown';
  const safeHost = host && /^[A-Za-z0-9.:[\]-]+$/.test(host);
  return `for=${node};proto=${scheme}${safeHost ? `;host="${host}"` : ''}`;
}

/** Names that `Connection` declares to be for one hop. */
function connectionOptions(raw: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i].length !== 10 || raw[i].toLowerCase() !== 'connection') continue;
    named ??= new Set();
    for (const option of raw[i + 1].split(',')) {
      named.add(option.trim().toLowerCase());
    }
  }
  return named;
}

function startsWithAny(name: string, prefixes: readonly string[]): boolean {
  for (const prefix of prefixes) if (name.startsWith(prefix)) return true;
  return false;
}
