import { mockServices } from '@backstage/backend-test-utils';
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '../testUtils';
import { Counters, redisCounters } from './counters';
import { PlanLimiter } from './PlanLimiter';
import { QuotaLimiter } from './QuotaLimiter';

jest.setTimeout(60_000);

let dir: string;
let port: number;
let server: ChildProcess;
const open: Counters[] = [];

async function startRedis(): Promise<void> {
  server = spawn(
    'redis-server',
    ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', dir].concat([
      '--save',
      '',
      '--appendonly',
      'yes',
    ]),
    { stdio: 'ignore' },
  );
  await until(
    () =>
      new Promise<boolean>(resolve => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      }),
  );
}

const url = () => `redis://127.0.0.1:${port}`;

function process() {
  const logger = mockServices.logger.mock();
  const counters = redisCounters({ url: url(), logger });
  open.push(counters);
  return { counters, logger, rates: new PlanLimiter(counters) };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stoa-redis-'));
  port = await freePort();
  await startRedis();
});
afterAll(async () => {
  await Promise.all(open.map(counters => counters.close()));
  if (server.exitCode === null && server.kill()) await once(server, 'exit');
  await rm(dir, { recursive: true });
});

/** Waits until the processes count in the same place. */
async function together(a: PlanLimiter, b: PlanLimiter): Promise<void> {
  let n = 0;
  await until(async () => {
    n += 1;
    const key = `together ${port} ${n}`;
    const rate = { perMinute: 10, burst: 0 };
    await a.take(key, rate);
    return (await b.take(key, rate)).remaining === 8;
  });
}

it('lets two processes through no more than one limit allows', async () => {
  const [one, other] = [process(), process()];
  await together(one.rates, other.rates);
  const rate = { perMinute: 1_000, burst: 100 };
  const decisions = await Promise.all(
    Array.from({ length: 3_000 }, (_, i) =>
      (i % 2 ? one : other).rates.take('shared', rate),
    ),
  );
  const passed = decisions.filter(d => d.allowed).length;
  expect(passed).toBeLessThanOrEqual(1_100 * 1.01);
  expect(passed).toBeGreaterThanOrEqual(1_100);
});

it('keeps quotas in the store, whichever process begins', async () => {
  const subject = { per: 'tenant', tenantId: 'acme', id: 'acme' } as const;
  const quotasOf = ({ counters, logger }: ReturnType<typeof process>) =>
    new QuotaLimiter({
      counters,
      logger,
      usedBefore: async () => ({ day: 90, month: 90 }),
    });
  const [one, other] = [process(), process()];
  await together(one.rates, other.rates);
  const first = quotasOf(one);
  for (let i = 0; i < 5; i++) await first.take(subject, { perDay: 100 });
  const second = await quotasOf(other).take(subject, { perDay: 100 });
  expect(second).toMatchObject({ allowed: true, remaining: 4 });
});

it('goes on, bounded, without the store, and comes back to it', async () => {
  const { rates, logger } = process();
  const other = process();
  await together(rates, other.rates);
  const rate = { perMinute: 50, burst: 0 };
  server.kill('SIGKILL');
  await once(server, 'exit');
  const passed: boolean[] = [];
  for (let i = 0; i < 80; i++) {
    passed.push((await rates.take('alone', rate)).allowed);
  }
  // Never an outage, and never unlimited.
  expect(passed.filter(Boolean)).toHaveLength(50);
  const complaints = (logger.error as jest.Mock).mock.calls;
  await until(() => complaints.length > 0);
  expect(complaints).toEqual([[expect.stringMatching(/^The store of limits/)]]);
  expect(complaints.join()).not.toContain('redis://');
  await startRedis();
  await together(rates, other.rates);
  await until(() =>
    (logger.info as jest.Mock).mock.calls.some(
      ([message]) => message === 'The store of limits is back',
    ),
  );
});

it('is bounded as well when the store hangs', async () => {
  const { rates } = process();
  const other = process();
  await together(rates, other.rates);
  server.kill('SIGSTOP');
  try {
    const decisions = await Promise.all(
      Array.from({ length: 30 }, () =>
        rates.take('hanging', { perMinute: 20, burst: 0 }),
      ),
    );
    expect(decisions.filter(d => d.allowed)).toHaveLength(20);
  } finally {
    server.kill('SIGCONT');
  }
});
