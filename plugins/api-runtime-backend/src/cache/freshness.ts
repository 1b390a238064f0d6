import { delta, Directives, readDirectives, seconds } from './cacheControl';
import { Answer, valuesOf } from './storedFields';

/** What may be kept of an answer, and for how long; times are milliseconds since the epoch. */
export interface Freshness {
  /** When the answer was made, corrected by what it took to come (RFC 9111 §4.2.3). */
  readonly bornAt: number;
  /** Milliseconds since then; 0 for what must be validated before each use. */
  readonly freshForMs: number;
}

/** Cacheable without a word about it (RFC 9110 §15.1), but for 206, which is a part. */
const BY_DEFAULT = new Set([
  200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501,
]);
/** Those that are understood here, and kept if the answer says for how long. */
const IF_SAID = new Set([...BY_DEFAULT, 302, 303, 307]);

/**
 * Whether and for how long an answer to a GET may be kept (RFC 9111 §3, §4.2).
 * `shared` is a cache for several callers, who all showed credentials: it keeps only
 * what is declared `public`, `s-maxage` or `must-revalidate` (§3.5). `ttlSeconds`
 * is for a 200 that says nothing about caching. Undefined: not at all.
 */
export function freshnessOf(
  answer: Answer,
  options: {
    readonly shared: boolean;
    readonly ttlSeconds?: number;
    readonly askedAt: number;
    readonly now: number;
  },
): Freshness | undefined {
  const { status } = answer;
  const { shared, ttlSeconds, askedAt, now } = options;
  const field = (name: string) => valuesOf(answer.fields, name);
  const cacheControl = field('cache-control');
  const said = readDirectives(cacheControl);
  if (!IF_SAID.has(status) || said.has('no-store')) return undefined;
  // Whoever sets a cookie speaks to one caller.
  if (field('set-cookie').length > 0) return undefined;
  if (shared && said.has('private')) return undefined;

  const silent = cacheControl.length === 0 && field('expires').length === 0;
  if (silent && field('pragma').some(text => /no-cache/i.test(text)))
    return undefined;
  const byPolicy = silent && status === 200 ? ttlSeconds : undefined;
  const open = ['public', 's-maxage', 'must-revalidate'];
  if (shared && byPolicy === undefined && !open.some(name => said.has(name)))
    return undefined;

  const bornAt = now - initialAge(field, { askedAt, now });
  const told = lifetime(said, field, { shared, now });
  if (told === undefined && byPolicy === undefined) {
    if (!BY_DEFAULT.has(status)) return undefined;
  }
  const lifetimeSeconds = said.has('no-cache') ? 0 : told ?? byPolicy ?? 0;
  const canValidate =
    field('etag').length > 0 || field('last-modified').length > 0;
  // Neither fresh nor to be asked about: it would only take place.
  if (lifetimeSeconds <= 0 && !canValidate) return undefined;
  return { bornAt, freshForMs: lifetimeSeconds * 1_000 };
}

/** Whether what is kept may answer a request as it is (RFC 9111 §4.2, §5.2.1). */
export function satisfies(
  { bornAt, freshForMs }: Freshness,
  asked: Directives,
  now: number,
): boolean {
  const age = (now - bornAt) / 1_000;
  const left = freshForMs / 1_000 - age;
  const maxAge = seconds(asked, 'max-age');
  return (
    left > (seconds(asked, 'min-fresh') ?? 0) &&
    !asked.has('no-cache') &&
    (maxAge === undefined || age <= maxAge)
  );
}

/** RFC 9111 §4.2.1; undefined where the answer does not say. */
function lifetime(
  said: Directives,
  field: (name: string) => string[],
  { shared, now }: { shared: boolean; now: number },
): number | undefined {
  const own = shared ? seconds(said, 's-maxage') : undefined;
  const told = own ?? seconds(said, 'max-age');
  if (told !== undefined) return told;
  const expires = field('expires');
  if (expires.length === 0) return undefined;
  const until = expires.length === 1 ? dateOf(expires[0]) : undefined;
  // What is no date has passed (RFC 9111 §5.3).
  if (until === undefined) return 0;
  return Math.max(0, (until - (dateOf(field('date')[0]) ?? now)) / 1_000);
}

/** Milliseconds (RFC 9111 §4.2.3). */
function initialAge(
  field: (name: string) => string[],
  { askedAt, now }: { askedAt: number; now: number },
): number {
  const made = dateOf(field('date')[0]) ?? now;
  const told = Math.max(0, ...field('age').map(delta)) * 1_000;
  return Math.max(0, now - made, told + (now - askedAt));
}

/** IMF-fixdate and the two older forms (RFC 9110 §5.6.7) say their zone. */
function dateOf(text: string | undefined): number | undefined {
  const time = text === undefined ? NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
