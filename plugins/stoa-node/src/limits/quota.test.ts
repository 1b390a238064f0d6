import { mockServices } from '@backstage/backend-test-utils';
import { memoryCounters } from './counters';
import { QuotaLimiter, QuotaUsed } from './QuotaLimiter';

const subject = { per: 'subscription', tenantId: 'acme', id: 's1' } as const;

function limiterWith(
  usedBefore: () => Promise<QuotaUsed>,
  counters = memoryCounters(),
) {
  let now = new Date('2026-11-30T23:50:00.000Z');
  const logger = mockServices.logger.mock();
  const limiter = new QuotaLimiter({
    usedBefore,
    logger,
    counters,
    now: () => now,
  });
  const allowed = async (calls: number, quota: object, of = subject) => {
    let passed = 0;
    for (let i = 0; i < calls; i++) {
      if ((await limiter.take(of, quota))?.allowed) passed++;
    }
    return passed;
  };
  return {
    limiter,
    allowed,
    logger,
    at: (time: string) => (now = new Date(time)),
  };
}

const none = async () => ({ day: 0, month: 0 });

it('counts by the calendar, and what is counted apart apart', async () => {
  const { limiter, allowed, at } = limiterWith(none);
  expect(await limiter.take(subject, {})).toBeUndefined();
  expect(await allowed(5, { perDay: 3 })).toBe(3);
  const other = { ...subject, id: 's2' } as never;
  expect(await allowed(5, { perDay: 3 }, other)).toBe(3);
  expect(await limiter.take(subject, { perDay: 3 })).toEqual({
    allowed: false,
    window: 'day',
    limit: 3,
    remaining: 0,
    resetSeconds: 600,
  });
  at('2026-12-01T00:00:01.000Z');
  expect(await allowed(5, { perDay: 3 })).toBe(3);
});

it('tells of the tightest of day and month', async () => {
  const { limiter, allowed, at } = limiterWith(none);
  expect(await allowed(5, { perDay: 10, perMonth: 4 })).toBe(4);
  expect(
    await limiter.take(subject, { perDay: 10, perMonth: 4 }),
  ).toMatchObject({ window: 'month', resetSeconds: 600 });
  at('2026-12-01T00:00:01.000Z');
  expect(
    await limiter.take(subject, { perDay: 10, perMonth: 40 }),
  ).toMatchObject({ allowed: true, window: 'day', remaining: 9 });
});

it('keeps a month for longer than the timers of Node last', async () => {
  const { allowed, at } = limiterWith(none);
  at('2026-12-01T00:00:01.000Z');
  expect(await allowed(3, { perMonth: 4 })).toBe(3);
  await new Promise(resolve => setImmediate(resolve));
  at('2026-12-31T23:00:00.000Z');
  expect(await allowed(3, { perMonth: 4 })).toBe(1);
});

it('begins with what was metered before, asked once by all that come at once', async () => {
  let asked = 0;
  const { limiter } = limiterWith(async () => {
    asked += 1;
    return { day: 7, month: 7 };
  });
  const decisions = await Promise.all(
    Array.from({ length: 20 }, () => limiter.take(subject, { perDay: 10 })),
  );
  expect(decisions.filter(d => d!.allowed)).toHaveLength(3);
  expect(asked).toBe(1);
});

it('survives a restart', async () => {
  // What the first process let through was metered.
  const before = limiterWith(none);
  const passed = await before.allowed(6, { perDay: 10 });
  const after = limiterWith(async () => ({ day: passed, month: passed }));
  expect(await after.allowed(10, { perDay: 10 })).toBe(4);
});

it('counts on while nobody can tell what was before, and makes up for it', async () => {
  const known: { used?: QuotaUsed } = {};
  const { allowed, logger, at } = limiterWith(async () => {
    if (!known.used) throw new Error('down');
    return known.used;
  });
  expect(await allowed(4, { perDay: 10 })).toBe(4);
  expect(logger.warn).toHaveBeenCalledTimes(1);
  known.used = { day: 3, month: 3 };
  at('2026-11-30T23:51:00.000Z');
  expect(await allowed(10, { perDay: 10 })).toBe(3);
});
