import { until, Upstream } from '@stoa/plugin-stoa-node/testUtils';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CRM, useRuntime } from './__testUtils__/runtime';

const harness = useRuntime();
const { call, metered } = harness;
const MIB = 1024 * 1024;

/** A route of its own to a backend. */
async function routeTo(
  version: string,
  backend: string,
  policies: { type: string; config?: object }[] = [],
) {
  const key = `dev/acme/crm/${version}`;
  harness.controlPlane.putRoute(key, backend, policies);
  await until(async () => {
    const probe = await fetch(`${harness.runtime.url}/gateway/${key}`);
    return probe.status !== 404;
  });
  return `/gateway/${key}`;
}

describe('a backend that', () => {
  it('answers with a gigabyte is passed on without being kept', async () => {
    const chunk = Buffer.alloc(MIB);
    harness.upstream.respond = async (_req, res) => {
      for (let n = 0; n < 1024; n++) {
        if (!res.write(chunk))
          await new Promise(resolve => res.once('drain', resolve));
      }
      res.end();
    };
    const response = await call(CRM);
    // Of buffers alone: what else the tests before have left does not count.
    const held = () => process.memoryUsage().arrayBuffers;
    const before = held();
    let bytes = 0;
    let most = 0;
    for await (const part of response.body!) {
      bytes += part.length;
      most = Math.max(most, held() - before);
    }
    expect(bytes).toBe(1024 * MIB);
    expect(most).toBeLessThan(768 * MIB);
    const event = await metered(response.headers.get('x-request-id'));
    expect(event).toMatchObject({
      status: 'success',
      response_bytes: 1024 * MIB,
    });
  });

  it('never ends is cut when its time is over, however steadily it sends', async () => {
    const path = await routeTo('endless', harness.upstream.url, [
      { type: 'timeouts', config: { totalMs: 400 } },
    ]);
    let left = false;
    harness.upstream.respond = (_req, res) => {
      const timer = setInterval(() => res.write('more'), 5);
      res.once('close', () => {
        clearInterval(timer);
        left = true;
      });
    };
    const response = await call(path);
    await expect(response.text()).rejects.toThrow();
    expect(await metered(response.headers.get('x-request-id'))).toMatchObject({
      status: 'timeout',
      http_status: 200,
    });
    await until(() => left);
  });

  it('sends a packed bomb is passed on as it is, unpacked by nobody', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    harness.upstream.respond = (_req, res) => {
      res.setHeader('content-encoding', 'gzip');
      res.end(bomb);
    };
    const { port } = harness.runtime;
    const before = process.memoryUsage().arrayBuffers;
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET ${CRM} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${harness.key}\r\nConnection: close\r\n\r\n`,
    );
    for await (const chunk of socket) chunks.push(chunk);
    const answer = Buffer.concat(chunks);
    expect(answer.includes('content-encoding: gzip')).toBe(true);
    expect(answer.includes(bomb.subarray(0, 1_000))).toBe(true);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MIB);
  });

  it('says more than its length does not answer the next caller', async () => {
    const extra =
      'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Poison: 1\r\n\r\npoison';
    let served = 0;
    harness.upstream.respond = (_req, res) => {
      served += 1;
      res.socket!.write(
        `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${extra}${extra}`,
      );
    };
    for (let n = 0; n < 10; n++) {
      const response = await call(`${CRM}/${n}`).catch(() => undefined);
      if (response?.status !== 200) continue;
      expect(response.headers.get('x-poison')).toBeNull();
      expect(await response.text()).toBe('ok');
    }
    expect(served).toBeGreaterThan(0);
  });

  it('says less than its length is no whole answer', async () => {
    harness.upstream.respond = (_req, res) => {
      res.socket!.end('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf');
    };
    const response = await call(CRM);
    await expect(response.text()).rejects.toThrow();
    expect(await metered(response.headers.get('x-request-id'))).toMatchObject({
      status: 'error',
    });
  });

  it('has fields that split an answer is not passed on', async () => {
    harness.upstream.respond = (_req, res) => {
      res.socket!.end(
        'HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: b=c\r\nContent-Length: 2\r\n\r\nok',
      );
    };
    const response = await call(CRM);
    expect(response.status).toBe(502);
    expect(response.headers.get('set-cookie')).toBeNull();
  });
});

describe('what a provider may not make the platform call', () => {
  it.each([
    ['an internal address', '127.0.0.1'],
    ['by name', 'localhost'],
    ['in one number', '2130706433'],
    ['in hex', '0x7f000001'],
    ['in octal', '0177.0.0.1'],
    ['shortened', '127.1'],
    ['of version 6', '[::1]'],
    ['mapped into version 6', '[::ffff:127.0.0.1]'],
    ['nowhere', '0.0.0.0'],
  ])('%s', async (name, host) => {
    const internal = await Upstream.start();
    let called = false;
    internal.respond = (_req, res) => {
      called = true;
      res.end('internal');
    };
    try {
      const path = await routeTo(
        `internal-${name.replaceAll(' ', '-')}`,
        `http://${host}:${internal.port}`,
      );
      const response = await call(path);
      expect([response.status, called]).toEqual([502, false]);
      expect(await response.text()).not.toMatch(/127|internal|::1/);
    } finally {
      await internal.stop();
    }
  });
});

it('HTTP/2 is not offered, and its preface is no request', async () => {
  let asked = 0;
  harness.upstream.respond = (_req, res) => {
    asked += 1;
    res.end();
  };
  const socket = connect(harness.runtime.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(asked).toBe(0);
});
