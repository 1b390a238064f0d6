import { readDirectives } from './cacheControl';
import { freshnessOf, satisfies } from './freshness';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1_000).toUTCString();
const ETAG = { etag: '"1"' };

/** Seconds for which an answer of now is fresh; `never` for one that may not be kept. */
function keptFor(
  fields: Record<string, string | string[]>,
  options: {
    shared?: boolean;
    status?: number;
    ttlSeconds?: number;
    askedAt?: number;
  } = {},
) {
  const { status = 200, shared = false, ttlSeconds } = options;
  const freshness = freshnessOf(
    {
      status,
      fields: Object.entries(fields).flatMap(([name, values]) =>
        [values].flat().flatMap(value => [name, value]),
      ),
    },
    { shared, ttlSeconds, askedAt: options.askedAt ?? NOW, now: NOW },
  );
  if (!freshness) return 'never';
  return (freshness.bornAt + freshness.freshForMs - NOW) / 1_000;
}
const cc = (value: string | string[]) => ({ 'Cache-Control': value });

describe('how long an answer is kept', () => {
  it.each([
    ['max-age', cc('max-age=60'), 60],
    ['any case, spaces, quotes', cc('Public , MAX-AGE = "60"'), 60],
    ['several lines', cc(['public', 'max-age=60']), 60],
    ['the shorter of two', cc('max-age=60, max-age=10'), 10],
    ['s-maxage is for shared caches', cc('s-maxage=9, max-age=60'), 60],
    ['what is no number is stale', { ...cc('max-age=soon'), ...ETAG }, 0],
    ['a negative number is stale', { ...cc('max-age=-5'), ...ETAG }, 0],
    ['a huge number', cc(`max-age=${'9'.repeat(30)}`), 2 ** 31],
    ['private is meant for this cache', cc('private, max-age=60'), 60],
    ['must-revalidate is fresh before', cc('max-age=60,must-revalidate'), 60],
    ['the age it came with', { ...cc('max-age=60'), age: '20' }, 40],
    ['the date it was made', { ...cc('max-age=60'), date: at(-25) }, 35],
    [
      'the larger of both',
      { ...cc('max-age=60'), date: at(-5), age: '20' },
      40,
    ],
    ['a date to come', { ...cc('max-age=60'), date: at(100) }, 60],
    ['Expires', { expires: at(30), date: at(0) }, 30],
    [
      'Expires by the clock of the backend',
      { expires: at(130), date: at(100) },
      30,
    ],
    ['max-age before Expires', { ...cc('max-age=5'), expires: at(30) }, 5],
    ['Expires of 0 has passed', { expires: '0', ...ETAG }, 0],
    ['two Expires are none', { expires: [at(30), at(60)], ...ETAG }, 0],
    [
      'no-cache is validated each time',
      { ...cc('no-cache, max-age=60'), ...ETAG },
      0,
    ],
    ['nothing said, but a validator', ETAG, 0],
    ['only a Last-Modified', { 'last-modified': at(-1e6) }, 0],
    ['nothing said', {}, 'never'],
    ['no-cache without a validator', cc('no-cache'), 'never'],
    ['no-store', cc('max-age=60, No-Store'), 'never'],
    ['a cookie', { ...cc('max-age=60'), 'set-cookie': 'a=b' }, 'never'],
  ])('%s', (_, fields, expected) => {
    expect(keptFor(fields as Record<string, string>)).toBe(expected);
  });

  it('counts the time on the way as age', () => {
    expect(keptFor(cc('max-age=60'), { askedAt: NOW - 3_000 })).toBe(57);
  });

  it.each([
    ['max-age alone is for whoever asked', cc('max-age=60'), 'never'],
    ['private', cc('public, private, max-age=60'), 'never'],
    [
      'private for some fields',
      cc('public, private="x, y", max-age=60'),
      'never',
    ],
    ['public', cc('public, max-age=60'), 60],
    ['s-maxage', cc('s-maxage=9, max-age=60'), 9],
    ['must-revalidate', cc('must-revalidate, max-age=60'), 60],
    ['nothing said', {}, 'never'],
  ])('for all: %s', (_, fields, expected) => {
    expect(keptFor(fields as Record<string, string>, { shared: true })).toBe(
      expected,
    );
  });

  it('is said by the policy for a 200 that says nothing', () => {
    const ttlSeconds = 30;
    expect(keptFor({}, { ttlSeconds })).toBe(30);
    expect(keptFor({}, { ttlSeconds, shared: true })).toBe(30);
    expect(keptFor(cc('no-store'), { ttlSeconds })).toBe('never');
    expect(keptFor(cc('max-age=5'), { ttlSeconds })).toBe(5);
    expect(keptFor(cc('private'), { ttlSeconds, shared: true })).toBe('never');
    expect(keptFor({ pragma: 'no-cache' }, { ttlSeconds })).toBe('never');
    expect(keptFor({ expires: '0' }, { ttlSeconds })).toBe('never');
    expect(keptFor({}, { ttlSeconds, status: 404 })).toBe('never');
  });

  it.each([
    [200, 60],
    [301, 60],
    [302, 60],
    [404, 60],
    [206, 'never'],
    [304, 'never'],
    [401, 'never'],
    [500, 'never'],
    [503, 'never'],
  ])('for a %d', (status, expected) => {
    expect(keptFor(cc('max-age=60'), { status })).toBe(expected);
  });
});

describe('what is kept answers a request', () => {
  const kept = { bornAt: NOW - 20_000, freshForMs: 60_000 };
  it.each([
    ['', true],
    ['max-age=30', true],
    ['max-age=10', false],
    ['max-age=0', false],
    ['no-cache', false],
    ['min-fresh=30', true],
    ['min-fresh=50', false],
    ['max-stale', true],
  ])('that says "%s": %s', (asked, expected) => {
    expect(satisfies(kept, readDirectives([asked]), NOW)).toBe(expected);
  });

  it('while it is fresh, whatever the request would take', () => {
    for (const asked of ['', 'max-stale', 'max-stale=1000'])
      expect(satisfies(kept, readDirectives([asked]), NOW + 40_000)).toBe(
        false,
      );
  });
});
