import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { once } from 'node:events';
import {
  createServer,
  get,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo, connect, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { HotPathService, hotPathServiceRef } from './HotPath';
import { ReadinessService, readinessServiceRef } from './Readiness';
import { stoaRootHttpRouter } from './rootHttpRouter';

interface Running {
  readonly port: number;
  readonly lines: Array<Record<string, unknown>>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A whole backend on a port of its own, with what `mount` puts into it. */
async function start(
  mount: (parts: {
    hotPath: HotPathService;
    readiness: ReadinessService;
  }) => void,
): Promise<Running> {
  const port = await freePort();
  const lines: Running['lines'] = [];
  const logger = mockServices.rootLogger.mock({
    child: () => logger,
    info: (message, meta) => {
      lines.push({ message, ...meta });
    },
  });
  const backend = createBackend();
  backend.add(stoaRootHttpRouter);
  backend.add(
    mockServices.rootConfig.factory({
      data: {
        backend: {
          baseUrl: `http://127.0.0.1:${port}`,
          listen: { host: '127.0.0.1', port },
          database: { client: 'better-sqlite3', connection: ':memory:' },
        },
      },
    }),
  );
  backend.add(
    createServiceFactory({
      service: coreServices.rootLogger,
      deps: {},
      factory: () => logger,
    }),
  );
  backend.add(
    createBackendPlugin({
      pluginId: 'test',
      register: env =>
        env.registerInit({
          deps: {
            hotPath: hotPathServiceRef,
            readiness: readinessServiceRef,
            router: coreServices.rootHttpRouter,
          },
          async init({ hotPath, readiness, router }) {
            mount({ hotPath, readiness });
            router.use('/api/app', (req, res) =>
              req.query.gzip ? res.json({ a: 1 }) : res.send('the interface'),
            );
          },
        }),
    }),
  );
  await backend.start();
  return { port, lines, stop: () => backend.stop() };
}

describe('a running backend', () => {
  let running: Running;
  let hotPath: HotPathService;
  let stream: (req: IncomingMessage, res: ServerResponse) => void;
  let trouble: string | undefined;
  const url = (path: string) => `http://127.0.0.1:${running.port}${path}`;

  beforeAll(async () => {
    running = await start(parts => {
      hotPath = parts.hotPath;
      const say = (text: string) => (_: unknown, res: ServerResponse) =>
        void res.end(text);
      hotPath.mount('/gateway', (req, res, call) =>
        call.path.endsWith('/stream')
          ? stream(req, res)
          : say('gateway')(0, res),
      );
      hotPath.mount('/mcp', say('mcp'));
      hotPath.mount('/api/tools', say('tools'));
      hotPath.mount('/oauth/token', async () => {
        throw new Error('planted-detail');
      });
      hotPath.wellKnown('openid-configuration/api/dev-identity', say('oidc'));
      hotPath.wellKnown('openid-configuration', say('bare'));
      parts.readiness.add('feed', () => trouble);
      parts.readiness.add('broken', () =>
        trouble ? Promise.reject(new Error('planted-detail')) : undefined,
      );
    });
  });

  afterAll(() => running.stop());

  it.each([
    ['/gateway', 'gateway'],
    ['/gateway/dev/x?y=1', 'gateway'],
    ['/mcp', 'mcp'],
    ['/mcp/sse', 'mcp'],
    ['/api/tools', 'tools'],
    ['/.well-known/openid-configuration/api/dev-identity', 'oidc'],
    ['/.well-known/openid-configuration/api/other', 'bare'],
    ['/', 'the interface'],
    ['/gatewayish', 'the interface'],
    ['/portal/apis', 'the interface'],
  ])('serves %s', async (path, body) => {
    const response = await fetch(url(path));
    expect([response.status, await response.text()]).toEqual([200, body]);
  });

  it.each([
    '/.well-known/oauth-authorization-server',
    '/.well-known',
    '/oauth/register',
    '/verify',
    '/verify/x',
    '/api/nothing',
    '/api/toolshed',
  ])('answers %s with a JSON 404, not with the interface', async path => {
    const response = await fetch(url(path), {
      headers: { 'x-request-id': 'mine-1' },
    });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({
      error: {
        code: 'stoa.not_found',
        message: 'Nothing is served here.',
        correlation_id: 'mine-1',
      },
    });
  });

  it('refuses to serve one address twice', () => {
    expect(() => hotPath.mount('/mcp', () => {})).toThrow(/already/);
    expect(() => hotPath.mount('mcp', () => {})).toThrow(/no prefix/);
  });

  it('gives every request an id, and takes a well-formed one', async () => {
    for (const path of ['/gateway/x', '/portal', '/api/none']) {
      const own = await fetch(url(path));
      expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      const given = await fetch(url(path), {
        headers: { 'x-request-id': 'trace.42:a' },
      });
      expect(given.headers.get('x-request-id')).toBe('trace.42:a');
      for (const bad of ['a b', 'x'.repeat(129), 'a"b', '']) {
        const response = await fetch(url(path), {
          headers: { 'x-request-id': bad },
        });
        expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      }
    }
  });

  it('logs each call once, without query', async () => {
    const paths = ['/gateway/log', '/portal/log', '/api/none/log'];
    for (const path of paths) {
      await (await fetch(url(`${path}?code=planted-secret`))).text();
    }
    await until(() => logged('/api/none/log').length > 0);
    for (const path of paths) {
      expect(logged(path)).toMatchObject([
        { method: 'GET', request_id: expect.stringMatching(/.{36}/) },
      ]);
    }
    expect(JSON.stringify(running.lines)).not.toContain('planted-secret');
  });

  it('puts the common middleware on everything else, and on that alone', async () => {
    const hot = await fetch(url('/gateway/x'));
    expect(hot.headers.get('content-security-policy')).toBeNull();
    expect(hot.headers.get('x-powered-by')).toBeNull();
    const page = await fetch(url('/portal'));
    expect(page.headers.get('content-security-policy')).toContain('self');
  });

  it('lets a stream through as it comes', async () => {
    let more: () => void = () => {};
    const asked = new Promise<void>(resolve => {
      more = resolve;
    });
    stream = async (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/plain' });
      res.write('first');
      await asked;
      res.end('second');
    };
    const response = await fetch(url('/gateway/stream'), {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(response.headers.get('content-encoding')).toBeNull();
    const reader = response.body!.getReader();
    const text = async () =>
      Buffer.from((await reader.read()).value!).toString();
    expect(await text()).toBe('first');
    more();
    expect(await text()).toBe('second');
    expect((await reader.read()).done).toBe(true);
  });

  it('passes bodies on untouched', async () => {
    stream = (req, res) => void req.pipe(res);
    const sent = gzipSync('{"not": "parsed');
    const response = await fetch(url('/gateway/stream'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: sent,
    });
    expect(Buffer.from(await response.arrayBuffer())).toEqual(sent);
  });

  it('answers what a handler throws without saying it', async () => {
    const response = await fetch(url('/oauth/token'));
    expect(response.status).toBe(500);
    const body = await response.text();
    expect(JSON.parse(body).error.code).toBe('stoa.internal');
    expect(body).not.toContain('planted-detail');
  });

  it('tells whether it is alive, and which part is not ready', async () => {
    for (const path of ['/health', '/live', '/.backstage/health/v1/liveness']) {
      const response = await fetch(url(path));
      expect([response.status, await response.json()]).toEqual([
        200,
        { status: 'ok' },
      ]);
    }
    const ready = await fetch(url('/ready'));
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: 'ok',
        parts: {
          process: { ready: true },
          feed: { ready: true },
          broken: { ready: true },
        },
      },
    ]);
    trouble = 'silent since 3 s';
    const unready = await fetch(url('/ready'));
    expect([unready.status, await unready.json()]).toEqual([
      503,
      {
        status: 'not_ready',
        parts: {
          process: { ready: true },
          feed: { ready: false, reason: 'silent since 3 s' },
          broken: { ready: false, reason: 'the check failed' },
        },
      },
    ]);
  });

  it.each([
    ['websocket', '/gateway/stream'],
    ['h2c', '/gateway/stream'],
    ['h2c', '/portal'],
  ])('does not lose an upgrade to %s of %s', async (protocol, path) => {
    stream = (req, res) => {
      // Somebody else's listener, as the signals plugin has one for its own address.
      const { server } = req.socket as Socket & { server: Server };
      if (!server.listenerCount('upgrade')) server.on('upgrade', () => {});
      res.end();
    };
    await fetch(url('/gateway/stream'));
    const socket = connect(running.port, '127.0.0.1');
    socket.end(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: ${protocol}\r\n\r\n`,
    );
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1.1 200 /);
  });

  function logged(path: string) {
    return running.lines.filter(line => line.path === path);
  }
});

it('finishes what it began when it is stopped, and takes nothing new', async () => {
  let finish: () => void = () => {};
  let atHandler: () => void = () => {};
  const begun = new Promise<void>(resolve => {
    atHandler = resolve;
  });
  const running = await start(({ hotPath }) => {
    hotPath.mount('/gateway', (_req, res) => {
      res.write('half, ');
      finish = () => res.end('whole');
      atHandler();
    });
  });
  const url = `http://127.0.0.1:${running.port}`;
  const idle = connect(running.port, '127.0.0.1');
  await once(idle, 'connect');
  const first = fetch(`${url}/gateway`);
  await begun;
  const stopped = running.stop();

  // The stop is under way: what is asked from some moment on is refused.
  let refused: IncomingMessage;
  do {
    refused = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/ready`, resolve).on('error', reject);
    });
    refused.resume();
  } while (refused.headers.connection !== 'close');
  expect(refused.statusCode).toBe(503);

  finish();
  expect(await (await first).text()).toBe('half, whole');
  idle.destroy();
  await stopped;
  await expect(fetch(url)).rejects.toThrow();
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}
