import { until } from '@stoa/plugin-stoa-node/testUtils';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import {
  CRM,
  makeKey,
  rawExchange,
  useRuntime,
} from '../__testUtils__/runtime';

const harness = useRuntime({ maxInFlightPerSubscription: 3 });
const { call, metered } = harness;

let version = 0;
let backend: WebSocketServer;
let asked: IncomingMessage[];

beforeEach(() => {
  asked = [];
  backend = new WebSocketServer({ noServer: true });
  harness.upstream.onUpgrade((req, socket, head) => {
    asked.push(req);
    backend.handleUpgrade(req, socket, head, client => {
      client.on('message', (data, isBinary) => {
        client.send(data, { binary: isBinary });
      });
    });
  });
});
afterEach(() => {
  for (const client of backend.clients) client.terminate();
  harness.upstream.onUpgrade(undefined);
});

/** A route of its own that takes WebSockets. */
async function socketRoute(
  config: object = {},
  more: { type: string; config?: object }[] = [],
) {
  version += 1;
  const key = `dev/acme/crm/4.0.${version}`;
  harness.controlPlane.putRoute(key, `${harness.upstream.url}/base`, [
    { type: 'websocket', config },
    ...more,
  ]);
  await until(async () => {
    const probe = await fetch(`${harness.runtime.url}/gateway/${key}`);
    return probe.status !== 404;
  });
  return `/gateway/${key}`;
}

function open(
  path: string,
  options: {
    key?: string;
    protocols?: string[];
    headers?: Record<string, string>;
  } = {},
) {
  const { key = harness.key, protocols = [], headers } = options;
  const socket = new WebSocket(
    harness.runtime.url.replace('http', 'ws') + path,
    protocols,
    { headers: { 'x-api-key': key, ...headers } },
  );
  socket.on('error', () => {});
  return socket;
}

/** What a WebSocket that is not opened is answered: status, and the body. */
async function refused(socket: WebSocket) {
  const [, answer] = (await once(socket, 'unexpected-response')) as [
    unknown,
    IncomingMessage,
  ];
  let body = '';
  for await (const chunk of answer) body += chunk;
  return { status: answer.statusCode, headers: answer.headers, body };
}

const refuse = (key: string) => {
  harness.controlPlane.keys.set(key, {
    ...harness.controlPlane.keys.get(key)!,
    status: 'revoked',
  });
  harness.controlPlane.push({ kind: 'key', op: 'delete', key });
};

describe('a WebSocket', () => {
  it('carries messages both ways, of any size, with the caller’s protocol', async () => {
    const path = await socketRoute();
    const socket = open(`${path}/chat?room=1`, {
      protocols: ['chat.v2'],
      headers: { 'x-own': '1', 'x-request-id': 'socket-1', cookie: 'a=b' },
    });
    const [[answer]] = await Promise.all([
      once(socket, 'upgrade') as Promise<[IncomingMessage]>,
      once(socket, 'open'),
    ]);
    expect(socket.protocol).toBe('chat.v2');
    expect(answer.headers).toMatchObject({
      'x-request-id': 'socket-1',
      via: '1.1 stoa',
      'ratelimit-limit': '1000000',
    });
    const [req] = asked;
    expect(req.url).toBe('/base/chat?room=1');
    expect(req.headers).toMatchObject({
      'x-own': '1',
      'x-request-id': 'socket-1',
      via: '1.1 stoa',
    });
    expect(req.headers).not.toHaveProperty('x-api-key');
    expect(req.headers).not.toHaveProperty('cookie');
    // It is metered as soon as it is open, whatever becomes of the process.
    expect(await metered('socket-1')).toMatchObject({
      status: 'success',
      http_status: 101,
      subscription_id: expect.any(String),
    });
    for (const message of ['hello', 'x'.repeat(3_000_000)]) {
      socket.send(message);
      const [data, isBinary] = await once(socket, 'message');
      expect(isBinary).toBe(false);
      expect(String(data) === message).toBe(true);
    }
    socket.send(Buffer.from([0, 255]));
    const [bytes, isBinary] = await once(socket, 'message');
    expect([isBinary, [...bytes]]).toEqual([true, [0, 255]]);
    socket.close(4001, 'enough');
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([4001, 'enough']);
    await until(() => backend.clients.size === 0);
    await until(() =>
      harness.runtime.log.some(line =>
        line.includes('"request_id":"socket-1"'),
      ),
    );
  });

  it('is closed by the backend too', async () => {
    const path = await socketRoute();
    const socket = open(path);
    await once(socket, 'open');
    for (const client of backend.clients) client.close(1001, 'bye');
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([1001, 'bye']);
    const cut = open(path);
    await once(cut, 'open');
    for (const client of backend.clients) client.terminate();
    expect((await once(cut, 'close'))[0]).toBe(1006);
  });

  it('carries what the caller sent before it was open', async () => {
    const path = await socketRoute();
    const socket = connect(harness.runtime.port, '127.0.0.1');
    // A masked text frame "hi" right behind the request.
    const frame = Buffer.from('818200000000', 'hex');
    socket.write(
      Buffer.concat([
        Buffer.from(
          `GET ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${harness.key}\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n` +
            `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
        ),
        frame,
        Buffer.from('hi'),
      ]),
    );
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
    });
    await until(() => text.includes('\x81\x02hi'));
    expect(text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(text).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    socket.destroy();
    await until(() => backend.clients.size === 0);
  });

  it.each([
    [
      'another key',
      { key: 'stoa_sk_00000000000000000000000000000000' },
      401,
      'stoa.key.unknown',
    ],
    [
      'a second credential',
      { headers: { authorization: 'Bearer x' } },
      400,
      'stoa.two_credentials',
    ],
  ])('is refused with %s', async (_, options, status, code) => {
    const path = await socketRoute();
    const answer = await refused(open(path, options));
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).error.code).toBe(code);
    expect(asked).toEqual([]);
    const id = answer.headers['x-request-id'] as string;
    expect(await metered(id)).toMatchObject({ http_status: status });
  });

  it('is refused where the API does not take them, and where there is none', async () => {
    expect((await refused(open(CRM))).status).toBe(501);
    expect((await refused(open('/gateway/dev/acme/none/v1'))).status).toBe(404);
    const mock = await socketRoute({}, [{ type: 'mock' }]);
    expect((await refused(open(mock))).status).toBe(501);
    expect(asked).toEqual([]);
  });

  it('counts towards limits, and holds a place while it is open', async () => {
    const path = await socketRoute();
    const { key } = makeKey(harness.controlPlane, { rate_limit: 1 });
    const first = open(path, { key });
    await once(first, 'open');
    expect((await refused(open(path, { key }))).status).toBe(429);
    const three = [open(path), open(path), open(path)];
    await Promise.all(three.map(socket => once(socket, 'open')));
    const fourth = await refused(open(path));
    expect([fourth.status, fourth.body]).toEqual([
      429,
      expect.stringContaining('under way'),
    ]);
    three[0].close();
    await until(async () => {
      const again = open(path);
      const [event] = await Promise.race([
        once(again, 'open').then(() => ['open']),
        refused(again).then(() => ['refused']),
      ]);
      return event === 'open';
    });
  });

  it.each([
    ['Sec-WebSocket-Version: 8', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short'],
    [
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Content-Length: 5',
    ],
    [
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Transfer-Encoding: chunked',
    ],
  ])(
    'is not opened by %s, %s, and what follows is no request',
    async (...lines) => {
      const path = await socketRoute();
      const text = await rawExchange(
        harness.runtime.port,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${
          harness.key
        }\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${lines.join(
          '\r\n',
        )}\r\n\r\nGET ${path}/smuggled HTTP/1.1\r\nHost: x\r\nX-API-Key: ${
          harness.key
        }\r\n\r\n`,
      );
      expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400']);
      expect(asked).toEqual([]);
    },
  );

  it('is not opened behind a request that is not answered yet', async () => {
    const path = await socketRoute();
    let release = () => {};
    harness.upstream.respond = (_req, res) => {
      release = () => res.end('late');
    };
    const socket = connect(harness.runtime.port, '127.0.0.1');
    socket.on('error', () => {});
    const head = (lines: string) =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${harness.key}\r\n${lines}\r\n`;
    socket.write(
      head('') +
        head(
          'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
        ),
    );
    socket.resume();
    await once(socket, 'close');
    release();
    expect(asked).toEqual([]);
    expect((await fetch(`${harness.runtime.url}/live`)).status).toBe(200);
  });

  it('is not opened by a backend that refuses it, nor by one that says so without being asked', async () => {
    const path = await socketRoute();
    harness.upstream.onUpgrade((req, socket) => {
      asked.push(req);
      socket.end(
        'HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nX-Own: 1\r\n\r\nwhy?',
      );
    });
    const answer = await refused(open(path));
    expect([answer.status, answer.headers['x-own'], answer.body]).toEqual([
      403,
      '1',
      'why?',
    ]);
    // The connection ends there: nothing behind it is a request of the caller's to the backend.
    const text = await rawExchange(
      harness.runtime.port,
      `GET ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${harness.key}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nGET /secret HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 403']);
    expect(asked).toHaveLength(2);
    harness.upstream.onUpgrade(undefined);
    harness.upstream.respond = (_req, res) => {
      res.socket!.end(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      );
    };
    expect((await call(path)).status).toBe(502);
  });

  it('is cut within a second when the key is revoked, or the API takes none any more', async () => {
    const path = await socketRoute();
    const { key, hash } = makeKey(harness.controlPlane);
    const revoked = open(path, { key });
    const other = open(path);
    await Promise.all([once(revoked, 'open'), once(other, 'open')]);
    const at = performance.now();
    refuse(hash);
    await once(revoked, 'close');
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(other.readyState).toBe(WebSocket.OPEN);
    harness.controlPlane.putRoute(
      path.replace('/gateway/', ''),
      `${harness.upstream.url}/base`,
    );
    await once(other, 'close');
    await until(() => backend.clients.size === 0);
  });

  it('is cut when nothing passes, and when its time is over', async () => {
    const idle = open(await socketRoute({ idleSeconds: 1 }));
    const short = open(await socketRoute({ maxSeconds: 1 }));
    await Promise.all([once(idle, 'open'), once(short, 'open')]);
    const talk = setInterval(() => short.send('still here'), 50);
    await Promise.all([once(idle, 'close'), once(short, 'close')]);
    clearInterval(talk);
    await until(() => backend.clients.size === 0);
  });

  it('is held against the definition, and passes a cache', async () => {
    const path = await socketRoute({}, [
      { type: 'request-validation' },
      { type: 'response-cache', config: { ttlSeconds: 60 } },
    ]);
    harness.controlPlane.descriptions.set(
      `d-${path.replace('/gateway/', '')}`,
      {
        operations: [
          {
            method: 'GET',
            path: '/chat',
            request: { parameters: [] },
            answers: [],
          },
        ],
        problems: [],
      },
    );
    expect((await refused(open(`${path}/other`))).status).toBe(404);
    const { host } = new URL(harness.runtime.url);
    const kept = await rawExchange(
      harness.runtime.port,
      `GET ${path}/chat HTTP/1.1\r\nHost: ${host}\r\nX-API-Key: ${harness.key}\r\nConnection: close\r\n\r\n`,
    );
    expect(kept).toContain('fwd=miss');
    const socket = open(`${path}/chat`);
    await once(socket, 'open');
    socket.close();
  });

  it('is counted while it is open', async () => {
    const path = await socketRoute();
    const count = async () => {
      const text = await (await fetch(harness.runtime.metricsUrl)).text();
      return Number(
        /^stoa_gateway_websockets\{[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0,
      );
    };
    await until(async () => (await count()) === 0);
    const socket = open(path);
    await once(socket, 'open');
    expect(await count()).toBe(1);
    socket.close();
    await until(async () => (await count()) === 0);
  });
});
