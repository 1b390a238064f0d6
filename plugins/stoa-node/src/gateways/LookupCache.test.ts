import { LookupCache, LookupCacheOptions } from './LookupCache';

interface KeyFacts {
  readonly status: string;
  readonly perMinute: number;
}

const FACTS: KeyFacts = { status: 'active', perMinute: 10 };

/** A cache whose clock, feed and control plane are in the test's hands. */
function setUp(options: Partial<LookupCacheOptions<KeyFacts>> = {}) {
  const world = {
    now: 1_000_000,
    live: true,
    answer: FACTS as KeyFacts | undefined | Error,
    asked: [] as string[],
    /** When set, answers wait until `release`. */
    held: undefined as Array<() => void> | undefined,
    release() {
      for (const go of this.held?.splice(0) ?? []) go();
    },
  };
  const cache = new LookupCache<KeyFacts>({
    leaseMs: 30_000,
    isFeedLive: () => world.live,
    now: () => world.now,
    // The control plane reads its state when asked, and the answer takes its time.
    lookup: async hash => {
      world.asked.push(hash);
      const { answer } = world;
      if (world.held) {
        await new Promise<void>(resolve => world.held!.push(resolve));
      }
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ...options,
  });
  return { world, cache };
}

const REVOKED: KeyFacts = { ...FACTS, status: 'revoked' };
const DOWN = new Error('connection refused');

it('asks once for a lease while the feed is live', async () => {
  const { world, cache } = setUp();
  expect(cache.peek('k')).toBeUndefined();
  expect(await cache.find('k')).toEqual(FACTS);
  world.now += 29_999;
  expect(cache.peek('k')).toEqual(FACTS);
  expect(await cache.find('k')).toEqual(FACTS);
  expect(world.asked).toHaveLength(1);
  world.now += 1;
  await cache.find('k');
  expect(world.asked).toHaveLength(2);
});

it('remembers an unknown key for a second', async () => {
  const { world, cache } = setUp();
  world.answer = undefined;
  expect(await cache.find('k')).toBeUndefined();
  world.answer = FACTS;
  world.now += 999;
  expect(await cache.find('k')).toBeUndefined();
  world.now += 1;
  expect(await cache.find('k')).toEqual(FACTS);
});

it.each([REVOKED, { ...FACTS, status: 'pending' }])(
  'asks about a key that refuses at each call, so that it works as soon as it may: %j',
  async answer => {
    const { world, cache } = setUp();
    world.answer = answer;
    expect(await cache.find('k')).toEqual(answer);
    expect(cache.peek('k')?.status).not.toBe('active');
    world.answer = FACTS;
    expect(await cache.find('k')).toEqual(FACTS);
  },
);

it('asks for each call when the lease is 0, and when the feed is silent', async () => {
  for (const [leaseMs, live] of [
    [0, true],
    [30_000, false],
  ] as const) {
    const { world, cache } = setUp({ leaseMs });
    world.live = live;
    await cache.find('k');
    world.answer = REVOKED;
    expect((await cache.find('k'))?.status).toBe('revoked');
    expect(world.asked).toHaveLength(2);
  }
});

it('asks again about everything that was known before a gap', async () => {
  const { world, cache } = setUp();
  await cache.find('k');
  world.now += 10;
  cache.doubtAll();
  world.now += 10;
  world.answer = REVOKED;
  expect(cache.peek('k')).toBeUndefined();
  expect((await cache.find('k'))?.status).toBe('revoked');
});

it('lets the last answer hold for the lease when nobody can be asked', async () => {
  const { world, cache } = setUp();
  await cache.find('k');
  world.live = false;
  world.answer = DOWN;
  world.now += 29_000;
  expect(await cache.find('k')).toEqual(FACTS);
  // Not asked for each call while it is known to be away.
  const { length } = world.asked;
  expect(await cache.find('k')).toEqual(FACTS);
  expect(world.asked).toHaveLength(length);
  world.now += 1_000;
  await expect(cache.find('k')).rejects.toMatchObject({
    code: 'stoa.unavailable',
  });
  await expect(cache.find('other')).rejects.toMatchObject({
    code: 'stoa.unavailable',
  });
  world.answer = FACTS;
  expect(await cache.find('k')).toEqual(FACTS);
});

it('is strict with lease 0 when nobody can be asked', async () => {
  const { world, cache } = setUp({ leaseMs: 0 });
  await cache.find('k');
  world.answer = DOWN;
  await expect(cache.find('k')).rejects.toMatchObject({
    code: 'stoa.unavailable',
  });
});

it('asks once for many calls at once', async () => {
  const { world, cache } = setUp();
  world.held = [];
  const calls = Array.from({ length: 100 }, () => cache.find('k'));
  world.release();
  expect(new Set(await Promise.all(calls))).toEqual(new Set([FACTS]));
  expect(world.asked).toHaveLength(1);
});

it('does not let late callers share an answer that may be older than a revocation', async () => {
  const { world, cache } = setUp();
  world.live = false;
  world.held = [];
  const early = cache.find('k');
  world.answer = REVOKED;
  world.now += 500;
  const late = cache.find('k');
  const [answerEarly, answerLate] = world.held;
  answerLate();
  expect((await late)?.status).toBe('revoked');
  answerEarly();
  expect((await early)?.status).toBe('active');
  // The older answer came last, and is not what is remembered.
  world.live = true;
  expect(cache.peek('k')).toBeUndefined();
});

it('drops a key that is revoked', async () => {
  const { world, cache } = setUp();
  await cache.find('k');
  world.answer = undefined;
  cache.forget('k');
  expect(cache.peek('k')).toBeUndefined();
  expect(await cache.find('k')).toBeUndefined();
});

it('does not bring a key back that is revoked while it is looked up', async () => {
  const { world, cache } = setUp();
  world.held = [];
  // The control plane has read "active"; its answer is on the way.
  const call = cache.find('k');
  world.answer = REVOKED;
  cache.forget('k');
  world.release();
  world.held = undefined;
  expect((await call)?.status).toBe('revoked');
  expect(cache.peek('k')).toBeUndefined();
  expect((await cache.find('k'))?.status).toBe('revoked');
  expect(world.asked).toHaveLength(3);
});

it('does not fall back on an answer that was revoked while nobody could be asked', async () => {
  const { world, cache } = setUp();
  await cache.find('k');
  world.live = false;
  world.answer = DOWN;
  world.held = [];
  const call = cache.find('k');
  cache.forget('k');
  world.release();
  await expect(call).rejects.toMatchObject({ code: 'stoa.unavailable' });
});

it('remembers a bounded number of keys, and guesses push out none that work', async () => {
  const { world, cache } = setUp({ maxEntries: 100 });
  await cache.find('k');
  world.answer = undefined;
  for (let i = 0; i < 1_000; i++) await cache.find(`guess-${i}`);
  expect(cache.peek('k')).toEqual(FACTS);
  world.answer = FACTS;
  for (let i = 0; i < 100; i++) await cache.find(`other-${i}`);
  expect(cache.peek('k')).toBeUndefined();
});
