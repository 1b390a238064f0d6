import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  IncomingMessage,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { CallRecord, parseRoute } from '@stoa/plugin-stoa-node';
import { Agent } from 'undici';
import { until } from '@stoa/plugin-stoa-node/testUtils';
import { CRM, makeKey, useRuntime } from './__testUtils__/runtime';
import { exchange } from './exchange';

const harness = useRuntime({ maxRequestBytes: 100_000 });
const { call, metered } = harness;

const idOf = (response: Response) => response.headers.get('x-request-id');

/** A call that `fetch` would not make: any header fields, a body at will. */
function rawCall(
  path: string,
  options: { method?: string; headers?: Record<string, string | string[]> },
) {
  const req = httpRequest({
    host: '127.0.0.1',
    port: harness.runtime.port,
    path,
    method: options.method,
    headers: { 'x-api-key': harness.key, ...options.headers },
  });
  const response = once(req, 'response').then(
    ([res]) => res as IncomingMessage,
  );
  response.catch(() => {});
  return { req, response };
}

describe('header fields', () => {
  it('gives the backend what is for it, and nothing else', async () => {
    let seen: IncomingMessage | undefined;
    harness.upstream.respond = (req, res) => {
      seen = req;
      res.end();
    };
    const { req, response } = rawCall(`${CRM}/x`, {
      headers: {
        accept: 'application/json',
        connection: 'keep-alive, X-Only-Here',
        cookie: 'session=planted',
        forwarded: 'for=1.2.3.4',
        host: 'api.example:8443',
        'keep-alive': 'timeout=5',
        'proxy-authorization': 'Basic planted',
        te: 'trailers',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        via: '1.1 edge',
        'x-custom': ['one', 'two'],
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-host': 'evil',
        'x-only-here': 'planted',
        'x-original-url': '/admin',
        'x-real-ip': '1.2.3.4',
        'x-request-id': 'call-7',
        'x-stoa-subject': 'planted',
        x_user_id: 'planted',
        'x-user-email': 'planted',
      },
    });
    req.end();
    const res = await response;
    res.resume();
    expect(res.headers['x-request-id']).toBe('call-7');
    expect(seen!.headersDistinct).toEqual({
      host: [harness.upstream.allowance],
      connection: ['keep-alive'],
      accept: ['application/json'],
      traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
      via: ['1.1 edge, 1.1 stoa'],
      'x-custom': ['one', 'two'],
      'x-request-id': ['call-7'],
      forwarded: ['for=127.0.0.1;proto=http;host="api.example:8443"'],
    });
  });

  it('gives the caller what a backend may say, and what the gateway says', async () => {
    harness.upstream.respond = (_req, res) => {
      res.writeHead(
        200,
        [
          ['Content-Type', 'text/html'],
          ['Set-Cookie', 'a=planted'],
          ['Clear-Site-Data', '"*"'],
          ['Strict-Transport-Security', 'max-age=1'],
          ['Service-Worker-Allowed', '/'],
          ['Access-Control-Allow-Origin', 'https://evil.example'],
          ['Access-Control-Allow-Credentials', 'true'],
          ['Content-Security-Policy', "default-src 'unsafe-inline'"],
          ['X-Content-Type-Options', 'whatever'],
          ['X-STOA-Subject', 'planted'],
          ['X-Accel-Redirect', '/planted'],
          ['RateLimit-Limit', '0'],
          ['X-Request-ID', 'theirs'],
          ['Connection', 'X-Hop'],
          ['X-Hop', 'planted'],
          ['Warning', 'one'],
          ['Warning', 'two'],
          ['ETag', '"1"'],
        ].flat(),
      );
      res.end('<b>');
    };
    const response = await call(CRM, { headers: { 'x-request-id': 'mine' } });
    const headers = Object.fromEntries(response.headers);
    for (const name of ['date', 'ratelimit-reset', 'ratelimit']) {
      expect(headers[name]).toBeDefined();
      delete headers[name];
    }
    expect(headers).toEqual({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': '*',
      connection: 'keep-alive',
      'content-security-policy': 'sandbox',
      'content-type': 'text/html',
      etag: '"1"',
      'keep-alive': 'timeout=5',
      'ratelimit-limit': '1000000',
      'ratelimit-policy': '"minute";q=1000000;w=60',
      'ratelimit-remaining': '999999',
      'transfer-encoding': 'chunked',
      vary: 'Authorization, X-API-Key',
      via: '1.1 stoa',
      warning: 'one, two',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'mine',
    });
  });

  it.each([
    ['/base/items/7?x=1', `${CRM}/items/7?x=1`],
    ['sub/next', `${CRM}/items/sub/next`],
    ['HOST/base/items/7', `${CRM}/items/7`],
    ['HOST/base', CRM],
    ['HOST/baseless', null],
    ['/elsewhere', null],
    ['https://other.example/x', 'https://other.example/x'],
  ])('translates the location %s', async (location, expected) => {
    harness.upstream.respond = (_req, res) =>
      res
        .writeHead(302, {
          location: location.replace('HOST', harness.upstream.url),
        })
        .end();
    const response = await call(`${CRM}/items/`);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(expected);
  });

  it('answers a preflight without a key, and lets any page read answers', async () => {
    const preflight = await fetch(`${harness.runtime.url}/gateway/any/thing`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PUT',
      },
    });
    expect(preflight.status).toBe(204);
    const { headers } = preflight;
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-methods')).toContain('PUT');
    expect(headers.get('access-control-allow-headers')).toContain(
      'Authorization',
    );
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const refused = await fetch(harness.runtime.url + CRM);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    // Without a preflight's header it is a call like any other.
    harness.upstream.respond = (req, res) => res.end(req.method);
    const options = await call(CRM, { method: 'OPTIONS' });
    expect(await options.text()).toBe('OPTIONS');
  });
});

describe('bodies', () => {
  it('streams both ways at once', async () => {
    harness.upstream.respond = (req, res) => void req.pipe(res);
    const { req, response } = rawCall(CRM, { method: 'POST' });
    req.write('one');
    const res = await response;
    const chunks = res[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('one');
    req.end('two');
    expect(String((await chunks.next()).value)).toBe('two');
    expect((await chunks.next()).done).toBe(true);
    expect(await metered(String(res.headers['x-request-id']))).toMatchObject({
      status: 'success',
      http_status: 200,
      tenant_id: 'acme',
      environment: 'dev',
      api: 'crm',
      version: 'v1',
      subject: 'ann',
      application_id: 'app-1',
      subscription_id: `sub-${harness.hash.slice(0, 8)}`,
      request_bytes: 6,
      response_bytes: 6,
    });
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
    'passes %s on with a body of known length',
    async method => {
      harness.upstream.respond = async (req, res) => {
        let body = '';
        for await (const chunk of req) body += chunk;
        res.end(`${req.method} ${req.headers['content-length']} ${body}`);
      };
      const { req, response } = rawCall(CRM, {
        method,
        headers: { 'content-length': '4' },
      });
      req.end('body');
      let text = '';
      for await (const chunk of await response) text += chunk;
      expect(text).toBe(`${method} 4 body`);
    },
  );

  it('carries answers without a body', async () => {
    harness.upstream.respond = (req, res) =>
      req.method === 'HEAD'
        ? res.writeHead(200, { 'content-length': 42 }).end()
        : res.writeHead(Number(req.url!.slice('/base/'.length))).end();
    const head = await call(CRM, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([
      200,
      '42',
    ]);
    for (const status of [204, 304]) {
      const response = await call(`${CRM}/${status}`);
      expect([response.status, await response.text()]).toEqual([status, '']);
      expect(await metered(idOf(response))).toMatchObject({
        status: 'success',
        http_status: status,
        response_bytes: 0,
      });
    }
  });

  it('takes the length of what is not sent for no body', async () => {
    harness.upstream.respond = (req, res) => {
      const status = req.url!.slice('/base/'.length);
      res.socket!.write(`HTTP/1.1 ${status} X\r\nContent-Length: 5\r\n\r\n`);
    };
    const lengths = [];
    for (const status of [304, 204]) {
      const response = await call(`${CRM}/${status}`);
      expect([response.status, await response.text()]).toEqual([status, '']);
      lengths.push(response.headers.get('content-length'));
      expect(await metered(idOf(response))).toMatchObject({
        status: 'success',
        http_status: status,
      });
    }
    expect(lengths).toEqual(['5', null]);
  });

  it.each([
    ['of known length', { 'content-length': '5' }],
    ['whose end will show', {}],
  ])('meters an answer %s before its last byte is sent', async (_, headers) => {
    harness.upstream.respond = (_req, res) => {
      res.writeHead(200, headers).write('who');
      setImmediate(() => res.end('le'));
    };
    const route = parseRoute(
      'dev/acme/crm/v1',
      harness.controlPlane.routes.get('dev/acme/crm/v1')!,
    );
    const agent = new Agent();
    const record = jest.fn();
    let lastByteAt = 0;
    const server = createServer((_req, res) => {
      const write = jest.spyOn(res, 'write');
      const end = jest.spyOn(res, 'end');
      const sink = { record, trouble: () => undefined, close: async () => {} };
      exchange(agent, {
        request: { origin: route.origin, path: '/', method: 'GET' },
        res,
        stallMs: 10_000,
        record: new CallRecord({
          sink,
          subject: { kind: 'api', tenant_id: 'acme' },
          requestId: 'r',
        }),
        totalMs: 60_000,
        responseHeaders: raw => [...raw],
      }).then(() => {
        const last = 'content-length' in headers ? write : end;
        lastByteAt = last.mock.invocationCallOrder.at(-1)!;
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}`);
    expect(await response.text()).toBe('whole');
    await until(() => lastByteAt > 0);
    expect(record).toHaveBeenCalledTimes(1);
    expect(record.mock.invocationCallOrder[0]).toBeLessThan(lastByteAt);
    server.closeAllConnections();
    server.close();
    await agent.close();
  });

  it.each([
    ['declared', { 'content-length': '100001' }],
    ['chunked', { 'transfer-encoding': 'chunked' }],
  ])('refuses a body that is too large: %s', async (_, headers) => {
    harness.upstream.respond = (req, res) => {
      req.resume().on('end', () => res.end('took it'));
    };
    const { req, response } = rawCall(CRM, { method: 'POST', headers });
    req.on('error', () => {});
    req.end('x'.repeat(100_001));
    const res = await response;
    let text = '';
    for await (const chunk of res) text += chunk;
    expect([res.statusCode, JSON.parse(text).error.code]).toEqual([
      413,
      'stoa.too_large',
    ]);
    expect(await metered(String(res.headers['x-request-id']))).toMatchObject({
      status: 'invalid',
      http_status: 413,
    });
  });

  it('lets a caller who waits for it send the body only after the key was accepted', async () => {
    harness.upstream.respond = (req, res) => void req.pipe(res);
    const headers = { expect: '100-continue', 'content-length': '4' };
    const good = rawCall(CRM, { method: 'POST', headers });
    good.req.flushHeaders();
    await once(good.req, 'continue');
    good.req.end('body');
    expect((await good.response).statusCode).toBe(200);

    let continued = false;
    const bad = rawCall(CRM, {
      method: 'POST',
      headers: { ...headers, 'x-api-key': 'nonsense' },
    });
    bad.req.on('continue', () => {
      continued = true;
    });
    bad.req.flushHeaders();
    const res = await bad.response;
    expect([res.statusCode, res.headers.connection, continued]).toEqual([
      401,
      'close',
      false,
    ]);
    bad.req.destroy();
  });
});

describe('limits', () => {
  it('answers 429 beyond the plan, and tells when to come back', async () => {
    const { key } = makeKey(harness.controlPlane, { rate_limit: 2, burst: 1 });
    harness.key = key;
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await call(CRM));
    expect(answers.map(r => r.status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(r => r.headers.get('ratelimit-remaining'))).toEqual([
      '1',
      '0',
      '0',
      '0',
    ]);
    const last = answers[3];
    expect(last.headers.get('ratelimit-limit')).toBe('2');
    const wait = Number(last.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await last.json()).error.code).toBe('stoa.rate_limited');
    expect(await metered(idOf(last))).toMatchObject({ status: 'rate_limited' });
  });
});

describe('backends that fail', () => {
  async function failure(response: Response) {
    const { error } = await response.json();
    const event = await metered(idOf(response));
    // Nothing about what lies behind the gateway.
    expect(JSON.stringify(error)).not.toMatch(/127\.0|169\.254|ECONN|address/);
    return [response.status, error.code, event.status, event.http_status];
  }

  it('says when one cannot be reached', async () => {
    const { controlPlane } = harness;
    controlPlane.putRoute('dev/acme/crm/closed', 'http://127.0.0.1:1/');
    controlPlane.putRoute('dev/acme/crm/inner', 'http://169.254.169.254/');
    for (const version of ['closed', 'inner']) {
      const path = `/gateway/dev/acme/crm/${version}`;
      await until(async () => (await call(path)).status !== 404);
      expect(await failure(await call(path))).toEqual([
        502,
        'stoa.backend.unreachable',
        'error',
        502,
      ]);
    }
  });

  it('says when one breaks off or speaks no HTTP', async () => {
    harness.upstream.respond = (_req, res) => res.destroy();
    expect((await failure(await call(CRM))).slice(0, 2)).toEqual([
      502,
      'stoa.backend.unreachable',
    ]);
    harness.upstream.respond = (_req, res) => {
      res.socket!.end('HTTP/1.1 200 OK\r\nX: \u0001\r\nnonsense\r\n\r\n');
    };
    expect((await failure(await call(CRM)))[0]).toBe(502);
  });

  it('cuts the answer when one breaks off in the middle', async () => {
    for (const headers of [{}, { 'content-length': '100' }]) {
      harness.upstream.respond = (_req, res) => {
        res.writeHead(200, headers);
        res.write('half');
        setImmediate(() => res.destroy());
      };
      const response = await call(CRM);
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow();
      expect(await metered(idOf(response))).toMatchObject({
        status: 'error',
        http_status: 200,
        response_bytes: 4,
      });
    }
  });

  it('counts 5xx as errors and passes them on', async () => {
    harness.upstream.respond = (_req, res) => res.writeHead(500).end('theirs');
    const response = await call(CRM);
    expect([response.status, await response.text()]).toEqual([500, 'theirs']);
    expect(await metered(idOf(response))).toMatchObject({ status: 'error' });
  });

  it('waits for a slow caller instead of filling memory', async () => {
    const size = 64 * 1024 * 1024;
    let sent = 0;
    harness.upstream.respond = (_req, res) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const more = () => {
        while (sent < size) {
          sent += chunk.length;
          if (!res.write(chunk)) {
            res.once('drain', more);
            return;
          }
        }
        res.end();
      };
      more();
    };
    const { req, response } = rawCall(CRM, {});
    req.end();
    const res = await response;
    // Until the backend has not been able to send for a while.
    let last = -1;
    let still = 0;
    await until(() => {
      still = sent === last ? still + 1 : 0;
      last = sent;
      return sent > 0 && still === 50;
    });
    expect(sent).toBeLessThan(size / 2);
    let received = 0;
    for await (const chunk of res) received += chunk.length;
    expect(received).toBe(size);
  });
});

it('logs calls without key, query or body', async () => {
  harness.upstream.respond = (_req, res) => res.end('planted-answer');
  const response = await call(`${CRM}/logged?token=planted-query`, {
    method: 'POST',
    body: 'planted-body',
  });
  await response.text();
  await call(`${CRM}/logged`, { headers: { 'x-api-key': 'planted-key' } });
  const lines = () => harness.runtime.log.filter(l => l.includes('/logged'));
  await until(() => lines().length === 2);
  expect(lines()[0]).toContain(idOf(response)!);
  const log = harness.runtime.log.join('\n');
  expect(log).not.toMatch(/planted|stoa_sk_/);
});
