import type { IncomingMessage } from 'node:http';
import { createHash } from 'node:crypto';

/**
 * Fields that a kept answer does not depend on: about the connection, the trace, the
 * person's software, or the cache itself. All others that reach a backend are part of
 * what an answer is kept under, so that none of them can change what others are given.
 */
const NOT_KEYED = new Set([
  'baggage',
  'cache-control',
  'content-length',
  'date',
  'dnt',
  'from',
  'if-modified-since',
  'if-none-match',
  'pragma',
  'priority',
  'referer',
  'save-data',
  'traceparent',
  'tracestate',
  'upgrade-insecure-requests',
  'user-agent',
]);

/** Whether what is kept depends on the field, by lower-case name. */
export function isKeyed(name: string): boolean {
  return !NOT_KEYED.has(name) && !name.startsWith('sec-');
}

/**
 * Whether an answer may come from what is kept, or be kept: a GET without a body, for
 * the whole of what is there, under no condition but being newer (RFC 9111 §3, §4.3.2).
 */
export function isCacheable({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade === undefined &&
    headers['transfer-encoding'] === undefined &&
    (headers['content-length'] ?? '0') === '0' &&
    headers.range === undefined &&
    headers['if-match'] === undefined &&
    headers['if-unmodified-since'] === undefined &&
    headers['if-range'] === undefined
  );
}

/** A digest of the fields that count, as name and value in turn, and of who else it is kept for. */
export function requestKey(
  fields: readonly string[],
  others: readonly string[],
): string {
  const counted: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i].toLowerCase();
    if (isKeyed(name)) counted.push(JSON.stringify([name, fields[i + 1]]));
  }
  return createHash('sha256')
    .update(JSON.stringify([others, ...counted.sort()]))
    .digest('base64url');
}

/** RFC 9111 §4.1: whether all that the answer was chosen by is part of its key. */
export function variesWithin(vary: readonly string[]): boolean {
  return vary
    .join(',')
    .split(',')
    .map(name => name.trim().toLowerCase())
    .every(name => name !== '*' && isKeyed(name));
}
