import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { MeteringEvent, SpooledMetering, SpooledMeteringOptions } from '.';

/** What the receiver makes of a delivery; throws where it would answer 400. */
function read(lines: readonly string[]): MeteringEvent[] {
  return JSON.parse(`[${lines.join()}]`);
}

const directory = createMockDirectory();
const opened: SpooledMetering[] = [];

beforeEach(() => directory.clear());
afterEach(() => Promise.all(opened.splice(0).map(sink => sink.close())));

function open(options: Partial<SpooledMeteringOptions> = {}): SpooledMetering {
  const sink = new SpooledMetering({
    dir: directory.resolve('spool'),
    logger: mockServices.logger.mock(),
    send: async () => 202,
    interval: 5,
    ...options,
  });
  opened.push(sink);
  return sink;
}

function event(id: string): MeteringEvent {
  return {
    event_id: id,
    timestamp: '2026-01-01T00:00:00.000Z',
    kind: 'api',
    tenant_id: 'acme',
    subject: 'ann',
    status: 'success',
    latency_ms: 1.5,
    request_bytes: 0,
    response_bytes: 2,
    request_id: `r-${id}`,
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}

/** Lines that are on disk now; a segment may be removed while it is looked at. */
function onDisk(): string[] {
  const contentOf = (name: string) => {
    try {
      return readFileSync(directory.resolve('spool', name), 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync(directory.resolve('spool'))
    .flatMap(name => contentOf(name).split('\n'))
    .filter(Boolean);
}

it('keeps an event on disk from the moment it is recorded until it was taken', async () => {
  const taken: MeteringEvent[] = [];
  let answer = 503;
  const sink = open({
    send: async events => {
      if (answer === 202) taken.push(...read(events));
      return answer;
    },
  });
  sink.record(event('a'));
  expect(onDisk().map(line => JSON.parse(line))).toEqual([event('a')]);
  const [name] = readdirSync(directory.resolve('spool'));
  const mode = (path: string) =>
    statSync(directory.resolve(path)).mode % 0o1000;
  expect([mode('spool'), mode(`spool/${name}`)]).toEqual([0o700, 0o600]);

  answer = 202;
  sink.record(event('b'));
  await until(() => onDisk().length === 0);
  expect(taken).toEqual([event('a'), event('b')]);
});

it('tries again when nobody answers', async () => {
  let attempts = 0;
  const sink = open({
    send: async () => {
      attempts++;
      if (attempts < 3) throw new Error('connection refused');
      return 202;
    },
  });
  sink.record(event('a'));
  await until(() => onDisk().length === 0);
  expect(attempts).toBe(3);
});

it('gives up only the event that is refused', async () => {
  const taken = new Set<string>();
  const sink = open({
    send: async events => {
      if (read(events).some(e => e.event_id === 'bad')) return 400;
      for (const e of read(events)) taken.add(e.event_id);
      return 202;
    },
  });
  const ids = Array.from({ length: 30 }, (_, i) => (i === 17 ? 'bad' : `${i}`));
  for (const id of ids) sink.record(event(id));
  await until(() => onDisk().length === 0);
  expect(taken).toEqual(new Set(ids.filter(id => id !== 'bad')));
});

it('delivers what is left when it is closed, and otherwise at the next start', async () => {
  const first = open({ interval: 60_000, send: async () => 503 });
  first.record(event('a'));
  await first.close();
  first.record(event('after'));
  expect(onDisk()).toHaveLength(2);

  const taken: string[] = [];
  const second = open({
    interval: 60_000,
    send: async events => {
      taken.push(...read(events).map(e => e.event_id));
      return 202;
    },
  });
  await until(() => taken.length === 2);
  second.record(event('b'));
  await second.close();
  expect(taken).toEqual(['a', 'after', 'b']);
  expect(onDisk()).toEqual([]);
});

it('says so when the spool is full, and goes on when there is room', async () => {
  let answer = 503;
  const sink = open({ maxBytes: 1_000, send: async () => answer });
  for (let i = 0; i < 10; i++) sink.record(event(`${i}`));
  expect(sink.trouble()).toBe('metering events cannot be kept');
  expect(onDisk().join('\n').length).toBeLessThan(1_000);
  answer = 202;
  await until(() => {
    sink.record(event('more'));
    return sink.trouble() === undefined;
  });
});

it('gives up a line that was half written, and no other', async () => {
  directory.setContent({
    spool: {
      '1-1-1.jsonl': `${JSON.stringify(event('a'))}\n{"event_id": "b`,
      '1-2-1.jsonl': `${JSON.stringify(event('c'))}\n`,
    },
  });
  const taken: string[] = [];
  open({
    send: async lines => {
      try {
        taken.push(...read(lines).map(e => e.event_id));
        return 202;
      } catch {
        return 400;
      }
    },
  });
  await until(() => onDisk().length === 0);
  expect(taken).toEqual(['a', 'c']);
});

it('loses nothing when the process is killed', async () => {
  const received = new Set<string>();
  const collector = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    for (const { event_id } of JSON.parse(body)) received.add(event_id);
    res.writeHead(202).end();
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;

  // A process that answers a call with its id, after having recorded it.
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      '--eval',
      `const { SpooledMetering } = require(${JSON.stringify(__dirname)});
       const logger = { warn() {}, error() {} };
       const send = async events => (await fetch('http://127.0.0.1:${port}', {
         method: 'POST', body: '[' + events.join() + ']',
       })).status;
       const dir = ${JSON.stringify(directory.resolve('spool'))};
       const sink = new SpooledMetering({ dir, logger, send, interval: 2 });
       const base = ${JSON.stringify(event('x'))};
       let n = 0;
       setInterval(() => {
         for (let i = 0; i < 20; i++) {
           const event_id = String(n++);
           sink.record({ ...base, event_id });
           require('node:fs').writeSync(1, event_id + '\\n');
         }
       }, 1);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const answered: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    answered.push(line);
    // In the middle of writing and of sending: some have been delivered, some not.
    if (answered.length > 500 && received.size > 0) child.kill('SIGKILL');
  }

  const sink = open({
    send: async events => {
      for (const { event_id } of read(events)) received.add(event_id);
      return 202;
    },
  });
  await sink.close();
  collector.closeAllConnections();
  collector.close();
  expect(answered.length).toBeGreaterThan(500);
  expect(answered.filter(id => !received.has(id))).toEqual([]);
  expect(received.size - answered.length).toBeLessThanOrEqual(1);
});
