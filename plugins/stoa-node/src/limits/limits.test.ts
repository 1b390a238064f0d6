import { FailureLimiter, PlanLimiter, rateLimitHeaders } from '.';

describe('PlanLimiter', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 1_700_000_000_000 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function allowed(limiter: PlanLimiter, calls: number, burst: number) {
    let passed = 0;
    for (let i = 0; i < calls; i++) {
      const decision = await limiter.take('s1', { perMinute: 5, burst });
      if (decision.allowed) passed++;
    }
    return passed;
  }

  it('allows the rate each minute, and counts keys apart', async () => {
    const limiter = new PlanLimiter();
    expect(await allowed(limiter, 8, 0)).toBe(5);
    const other = await limiter.take('s2', { perMinute: 5, burst: 0 });
    expect(other).toMatchObject({ allowed: true, remaining: 4 });
    jest.advanceTimersByTime(60_001);
    expect(await allowed(limiter, 8, 0)).toBe(5);
  });

  it('allows the burst beside it, once in ten minutes', async () => {
    const limiter = new PlanLimiter();
    expect(await allowed(limiter, 20, 3)).toBe(8);
    jest.advanceTimersByTime(60_001);
    expect(await allowed(limiter, 20, 3)).toBe(5);
    jest.advanceTimersByTime(600_000);
    expect(await allowed(limiter, 20, 3)).toBe(8);
  });

  it('follows a plan that changes', async () => {
    const limiter = new PlanLimiter();
    await allowed(limiter, 6, 0);
    const more = await limiter.take('s1', { perMinute: 10, burst: 0 });
    expect(more).toMatchObject({ allowed: true, limit: 10, remaining: 3 });
  });

  it('never lets parallel calls exceed it', async () => {
    const limiter = new PlanLimiter();
    const decisions = await Promise.all(
      Array.from({ length: 500 }, () =>
        limiter.take('s1', { perMinute: 100, burst: 10 }),
      ),
    );
    expect(decisions.filter(d => d.allowed)).toHaveLength(110);
  });

  it('says where the caller stands', async () => {
    const limiter = new PlanLimiter();
    const first = await limiter.take('s1', { perMinute: 1, burst: 0 });
    expect(rateLimitHeaders(first)).toEqual({
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '60',
      'ratelimit-policy': '"minute";q=1;w=60',
      ratelimit: '"minute";r=0;t=60',
    });
    jest.advanceTimersByTime(45_500);
    const second = await limiter.take('s1', { perMinute: 1, burst: 0 });
    expect(rateLimitHeaders(second)).toMatchObject({
      'ratelimit-reset': '15',
      'retry-after': '15',
    });
  });
});

describe('FailureLimiter', () => {
  it('blocks a source until its minute is over', () => {
    let now = 0;
    const limiter = new FailureLimiter({ perMinute: 2, now: () => now });
    limiter.failed('a');
    expect(limiter.blockedFor('a')).toBe(0);
    limiter.failed('a');
    now = 20_000;
    expect(limiter.blockedFor('a')).toBe(40);
    expect(limiter.blockedFor('b')).toBe(0);
    now = 60_000;
    expect(limiter.blockedFor('a')).toBe(0);
    limiter.failed('a');
    expect(limiter.blockedFor('a')).toBe(0);
  });

  it('takes back what turned out to be right', () => {
    const limiter = new FailureLimiter({ perMinute: 1 });
    limiter.forgive('a');
    limiter.failed('a');
    limiter.forgive('a');
    expect(limiter.blockedFor('a')).toBe(0);
    limiter.failed('a');
    expect(limiter.blockedFor('a')).toBeGreaterThan(0);
  });

  it('remembers no more sources than it may', () => {
    const limiter = new FailureLimiter({ perMinute: 1, maxSources: 2 });
    for (const source of ['a', 'b', 'c']) limiter.failed(source);
    expect(limiter.blockedFor('a')).toBe(0);
    expect(limiter.blockedFor('c')).toBeGreaterThan(0);
  });
});
