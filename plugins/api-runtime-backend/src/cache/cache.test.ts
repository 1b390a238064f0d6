import { until } from '@stoa/plugin-stoa-node/testUtils';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  CRM,
  makeKey,
  rawExchange,
  useRuntime,
} from '../__testUtils__/runtime';

const harness = useRuntime({ cacheBytes: 400_000 });
const { call, metered } = harness;

let version = 0;

/** A route of its own for a test, with a cache, and how to call it. */
async function cachedRoute(
  config: object = {},
  more: { type: string; config?: object }[] = [],
) {
  version += 1;
  const key = `dev/acme/crm/2.0.${version}`;
  harness.controlPlane.putRoute(key, harness.upstream.url, [
    { type: 'response-cache', config },
    ...more,
  ]);
  await until(async () => {
    const probe = await fetch(`${harness.runtime.url}/gateway/${key}`);
    return probe.status !== 404;
  });
  return `/gateway/${key}`;
}

/** Lets the backend answer with its own count, and gives what it was asked. */
function counting(
  head: Record<string, string | string[]> = { 'cache-control': 'max-age=60' },
  respond?: (req: IncomingMessage, res: ServerResponse, n: number) => void,
) {
  const asked: IncomingMessage[] = [];
  harness.upstream.respond = (req, res) => {
    asked.push(req);
    for (const [name, value] of Object.entries(head))
      res.setHeader(name, value);
    if (respond) respond(req, res, asked.length);
    else res.end(`answer ${asked.length}`);
  };
  return asked;
}

const asText = async (response: Promise<Response>) => (await response).text();
const withKey = (key: string, init: RequestInit = {}) => ({
  ...init,
  headers: { 'x-api-key': key, ...init.headers },
});

describe('an answer that is kept', () => {
  it('is given again without the backend, with its age, and is metered', async () => {
    const path = await cachedRoute();
    const asked = counting({
      'cache-control': 'max-age=60',
      'content-type': 'text/plain',
      'x-own': '1',
      age: '7',
    });
    const first = await call(`${path}/a?x=1`);
    expect(first.headers.get('cache-status')).toBe('stoa; fwd=miss');
    expect(await first.text()).toBe('answer 1');
    const again = await call(`${path}/a?x=1`);
    expect(again.status).toBe(200);
    expect(await again.text()).toBe('answer 1');
    expect(asked).toHaveLength(1);
    expect(again.headers.get('cache-status')).toMatch(/^stoa; hit; ttl=5\d$/);
    expect(Number(again.headers.get('age'))).toBeGreaterThanOrEqual(7);
    for (const name of ['x-own', 'content-type', 'cache-control', 'date']) {
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(again.headers.get('x-request-id')).not.toBe(
      first.headers.get('x-request-id'),
    );
    const event = await metered(again.headers.get('x-request-id'));
    expect(event).toMatchObject({
      status: 'success',
      http_status: 200,
      response_bytes: 8,
    });
    expect(event.backend_ms).toBeUndefined();
    expect(await asText(call(`${path}/a?x=2`))).toBe('answer 2');
    expect(await asText(call(`${path}/b?x=1`))).toBe('answer 3');
  });

  it('is asked about when it is stale, and kept anew', async () => {
    const path = await cachedRoute();
    const asked = counting(
      { 'cache-control': 'max-age=1', etag: '"v1"' },
      (req, res, n) => {
        if (req.headers['if-none-match'] === '"v1"') {
          res.writeHead(304, { 'x-count': String(n) }).end();
        } else res.setHeader('x-count', '1').end('the body');
      },
    );
    expect(await asText(call(path))).toBe('the body');
    let validated: Response;
    await until(async () => {
      validated = await call(path);
      return asked.length === 2;
    });
    expect(validated!.status).toBe(200);
    expect(validated!.headers.get('cache-status')).toBe('stoa; fwd=stale');
    expect(validated!.headers.get('x-count')).toBe('2');
    expect(await validated!.text()).toBe('the body');
    const hit = await call(path);
    expect(hit.headers.get('cache-status')).toMatch(/^stoa; hit/);
    expect(hit.headers.get('x-count')).toBe('2');
    expect(asked).toHaveLength(2);
  });

  it('is replaced when it is stale and the backend has another', async () => {
    const path = await cachedRoute();
    const asked = counting(
      { 'cache-control': 'no-cache', etag: '"v"' },
      (_, res, n) => res.setHeader('etag', `"v${n}"`).end(`answer ${n}`),
    );
    expect(await asText(call(path))).toBe('answer 1');
    expect(await asText(call(path))).toBe('answer 2');
    expect(asked[1].headers['if-none-match']).toBe('"v1"');
    expect(await asText(call(path))).toBe('answer 3');
    expect(asked[2].headers['if-none-match']).toBe('"v2"');
  });

  it('answers 304 to whoever has it', async () => {
    const path = await cachedRoute();
    const asked = counting({
      'cache-control': 'max-age=60',
      etag: '"v1"',
      'last-modified': 'Sun, 01 Mar 2026 12:00:00 GMT',
      'content-type': 'text/plain',
    });
    // A page's fetch would add Cache-Control: no-cache by itself.
    const ask = (condition: string) =>
      rawExchange(
        harness.runtime.port,
        `GET ${path} HTTP/1.1\r\nHost: ${
          new URL(harness.runtime.url).host
        }\r\nX-API-Key: ${harness.key}\r\n` +
          `Accept: */*\r\nAccept-Language: *\r\nAccept-Encoding: gzip, deflate\r\n${condition}\r\nConnection: close\r\n\r\n`,
      );
    await ask('User-Agent: one');
    for (const condition of [
      'If-None-Match: "v0", W/"v1"',
      'If-Modified-Since: Sun, 01 Mar 2026 12:00:01 GMT',
    ]) {
      const answer = await ask(condition);
      expect(answer).toMatch(/^HTTP\/1.1 304 /);
      expect(answer).toContain('etag: "v1"');
      expect(answer).not.toMatch(/^content-type:|answer/im);
    }
    expect(await ask('If-None-Match: "v2"')).toMatch(/ 200 [^]*answer 1/);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['another method', { method: 'OPTIONS' }, 'fwd=bypass'],
    ['a part', { headers: { range: 'bytes=0-1' } }, 'fwd=bypass'],
    ['a condition', { headers: { 'if-match': '"x"' } }, 'fwd=bypass'],
    ['no-store', { headers: { 'cache-control': 'no-store' } }, 'fwd=bypass'],
    ['no-cache', { headers: { 'cache-control': 'No-Cache' } }, 'fwd=request'],
    ['Pragma', { headers: { pragma: 'no-cache' } }, 'fwd=request'],
    ['max-age=0', { headers: { 'cache-control': 'max-age=0' } }, 'fwd=request'],
    ['another language', { headers: { 'accept-language': 'fr' } }, 'fwd=miss'],
  ])('is not given to a request with %s', async (_, init, status) => {
    const path = await cachedRoute();
    const asked = counting();
    await asText(call(path));
    const answer = await call(path, init);
    expect(answer.headers.get('cache-status')).toBe(`stoa; ${status}`);
    expect(await answer.text()).toBe('answer 2');
    expect(asked).toHaveLength(2);
  });

  it('or nothing, for whoever asks for that', async () => {
    const path = await cachedRoute();
    const asked = counting();
    const headers = { 'cache-control': 'only-if-cached' };
    const none = await call(path, { headers });
    expect([none.status, (await none.json()).error.code]).toEqual([
      504,
      'stoa.not_cached',
    ]);
    await asText(call(path));
    expect(await asText(call(path, { headers }))).toBe('answer 1');
    expect(asked).toHaveLength(1);
  });

  it('is gone when something is written there, on its way too', async () => {
    const path = await cachedRoute();
    let release: (() => void) | undefined;
    counting(undefined, (req, res, n) => {
      if (req.url === '/slow') release = () => res.end('old');
      else res.end(`answer ${n}`);
    });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const before = await asText(call(`${path}/a?page=1`));
      expect(await asText(call(`${path}/a?page=1`))).toBe(before);
      await asText(call(`${path}/a`, { method, body: '{}' }));
      expect(await asText(call(`${path}/a?page=1`))).not.toBe(before);
    }
    const reading = call(`${path}/slow`);
    await until(() => release !== undefined);
    harness.upstream.respond = (_req, res) => res.end('new');
    await asText(call(`${path}/slow`, { method: 'PUT', body: 'new' }));
    release!();
    expect(await asText(reading)).toBe('old');
    expect(await asText(call(`${path}/slow`))).toBe('new');
  });

  it('stays when a write was refused', async () => {
    const path = await cachedRoute();
    counting(undefined, (req, res) => {
      if (req.method === 'POST') res.writeHead(422).end();
      else res.end('kept');
    });
    await asText(call(path));
    await call(path, { method: 'POST', body: '{}' });
    const answer = await call(path);
    expect(answer.headers.get('cache-status')).toMatch(/hit/);
  });

  it('is not found any more after a deployment or a change of policies', async () => {
    const path = await cachedRoute();
    counting();
    expect(await asText(call(path))).toBe('answer 1');
    const key = path.replace('/gateway/', '');
    harness.controlPlane.putRoute(key, harness.upstream.url, [
      { type: 'response-cache', config: {} },
      { type: 'headers', config: { response: { set: { 'x-new': '1' } } } },
    ]);
    let answer: Response;
    await until(async () => {
      answer = await call(path);
      return answer.headers.get('x-new') === '1';
    });
    expect(await answer!.text()).toBe('answer 2');
  });
});

describe('what is not kept', () => {
  it.each([
    ['no-store', { 'cache-control': 'no-store' }],
    ['a cookie', { 'cache-control': 'max-age=60', 'set-cookie': 'a=b' }],
    ['Vary: *', { 'cache-control': 'max-age=60', vary: '*' }],
    [
      'Vary: User-Agent',
      { 'cache-control': 'max-age=60', vary: 'accept, User-Agent' },
    ],
    ['a long body', { 'cache-control': 'max-age=60' }, 'x'.repeat(1_001)],
    ['nothing said', {}],
  ])('%s', async (_, head, body = 'short') => {
    const path = await cachedRoute({ maxBytes: 1_000 });
    const asked = counting(head as Record<string, string>, (_req, res) =>
      res.end(body),
    );
    await asText(call(path));
    expect(await asText(call(path))).toBe(body);
    expect(asked).toHaveLength(2);
  });

  it('what was cut, or has no end but the connection’s', async () => {
    const path = await cachedRoute();
    let whole = false;
    const asked = counting(undefined, (_req, res) => {
      if (whole) {
        res.socket!.end(
          'HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nConnection: close\r\n\r\nhalf?',
        );
        return;
      }
      res.setHeader('content-length', '100');
      res.write('half');
      setImmediate(() => res.destroy());
    });
    await expect(asText(call(path))).rejects.toThrow();
    whole = true;
    expect(await asText(call(path))).toBe('half?');
    expect(await asText(call(path))).toBe('half?');
    expect(asked).toHaveLength(3);
  });
});

describe('one caller’s answers', () => {
  it('are not another’s', async () => {
    const path = await cachedRoute();
    counting();
    const other = makeKey(harness.controlPlane, { subscriber_id: 'eve' });
    expect(await asText(call(path))).toBe('answer 1');
    expect(await asText(call(path, withKey(other.key)))).toBe('answer 2');
    expect(await asText(call(path))).toBe('answer 1');
  });

  it('are not for another’s session behind the same key', async () => {
    const path = await cachedRoute();
    counting(undefined, (req, res) =>
      res.end(`of ${req.headers['x-session']}`),
    );
    for (const session of ['ann', 'eve', 'ann']) {
      const headers = { 'x-session': session };
      expect(await asText(call(path, { headers }))).toBe(`of ${session}`);
    }
  });

  it('need a key that works, a limit that is kept, and an address that may call', async () => {
    const path = await cachedRoute();
    const asked = counting();
    const { key } = makeKey(harness.controlPlane, { rate_limit: 2 });
    await asText(call(path, withKey(key)));
    await asText(call(path, withKey(key)));
    expect((await call(path, withKey(key))).status).toBe(429);
    expect((await fetch(harness.runtime.url + path)).status).toBe(401);
    expect(await asText(call(path))).toBe('answer 2');
    harness.controlPlane.keys.set(harness.hash, {
      ...harness.controlPlane.keys.get(harness.hash)!,
      status: 'revoked',
    });
    harness.controlPlane.push({ kind: 'key', op: 'delete', key: harness.hash });
    await until(async () => (await call(path)).status === 403);
    expect(asked).toHaveLength(2);
  });
});

describe('what is kept for all', () => {
  const publicly = { 'cache-control': 'public, max-age=60' };

  it('is what the backend declares public', async () => {
    const path = await cachedRoute({ scope: 'all' });
    counting(publicly);
    const other = makeKey(harness.controlPlane, { subscriber_id: 'eve' });
    expect(await asText(call(path))).toBe('answer 1');
    expect(await asText(call(path, withKey(other.key)))).toBe('answer 1');
    for (const head of ['max-age=60', 'private, max-age=60']) {
      counting({ 'cache-control': head });
      await asText(call(`${path}/${head.length}`));
      expect(
        await asText(call(`${path}/${head.length}`, withKey(other.key))),
      ).toBe('answer 2');
    }
  });

  it('is asked for with nothing of one caller’s that it is not kept under', async () => {
    const path = await cachedRoute({ scope: 'all' });
    const asked = counting(publicly);
    const head = [
      `GET ${path}/a HTTP/1.1`,
      'Host: evil.example',
      `X-API-Key: ${harness.key}`,
      'User-Agent: <script>',
      'Referer: https://evil.example/',
      'Via: 1.1 evil',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-For: 203.0.113.9',
      'Forwarded: for=203.0.113.9;host=evil.example',
      'X-Original-URL: /admin',
      'Sec-CH-UA: "evil"',
      'Connection: close',
    ];
    const ask = () =>
      rawExchange(harness.runtime.port, `${head.join('\r\n')}\r\n\r\n`);
    expect(await ask()).toContain('answer 1');
    expect(await ask()).toContain('answer 1');
    const seen = asked[0].headers;
    // The name that it was called by is part of what the answer is kept under.
    expect(seen.forwarded).toBe('for=unknown;proto=http;host="evil.example"');
    const { forwarded: _, ...others } = seen;
    expect(JSON.stringify(others)).not.toMatch(/evil|script|203\.0\.113/);
    head[1] = `Host: ${new URL(harness.runtime.url).host}`;
    expect(await ask()).toContain('answer 2');
    expect(await asText(call(`${path}/a`))).toBe('answer 3');
    const other = { headers: { 'x-custom': 'evil' } };
    expect(await asText(call(`${path}/a`, other))).toBe('answer 4');
    expect(await asText(call(`${path}/a`))).toBe('answer 3');
  });

  it('is of one tenant, API, environment and version', async () => {
    const path = await cachedRoute({ scope: 'all' });
    counting(publicly);
    expect(await asText(call(path))).toBe('answer 1');
    const others = ['dev/acme/crm/2.1.0', 'staging/acme/crm/2.0.1'];
    for (const [index, key] of others.entries()) {
      harness.controlPlane.putRoute(key, harness.upstream.url, [
        { type: 'response-cache', config: { scope: 'all' } },
      ]);
      let answer: Response;
      await until(async () => {
        answer = await call(`/gateway/${key}`);
        return answer.status !== 404;
      });
      expect(await answer!.text()).toBe(`answer ${index + 2}`);
    }
    harness.controlPlane.putRoute('dev/globex/crm/1', harness.upstream.url, [
      { type: 'response-cache', config: { scope: 'all' } },
    ]);
    const { key } = makeKey(harness.controlPlane, { tenant_id: 'globex' });
    let answer: Response;
    await until(async () => {
      answer = await call('/gateway/dev/globex/crm/1', withKey(key));
      return answer.status !== 404;
    });
    expect(await answer!.text()).toBe('answer 4');
  });
});

describe('memory', () => {
  it('is bounded, and one who fills it does not push all else out', async () => {
    const path = await cachedRoute({ scope: 'all' });
    counting({ 'cache-control': 'public, max-age=60' }, (req, res) =>
      res.end((req.url ?? '').padEnd(20_000, '.')),
    );
    const tenants = ['acme', 'globex', 'initech', 'umbrella'].map(tenant => ({
      tenant,
      ...makeKey(harness.controlPlane, { tenant_id: tenant }),
    }));
    for (const { tenant } of tenants.slice(1)) {
      harness.controlPlane.putRoute(
        `dev/${tenant}/crm/mem`,
        harness.upstream.url,
        [{ type: 'response-cache', config: { scope: 'all' } }],
      );
    }
    const of = (tenant: string, n: number) =>
      tenant === 'acme'
        ? `${path}/${n}`
        : `/gateway/dev/${tenant}/crm/mem/${n}`;
    const isHit = async (
      { tenant, key }: (typeof tenants)[number],
      n: number,
    ) => {
      const answer = await call(of(tenant, n), withKey(key));
      await answer.text();
      return answer.headers.get('cache-status')?.includes('hit') === true;
    };
    await until(
      async () => (await call(of('umbrella', 0), withKey(tenants[3].key))).ok,
    );
    const [acme, globex, initech, umbrella] = tenants;
    for (const small of [acme, globex]) await isHit(small, 0);
    for (const large of [initech, umbrella])
      for (let n = 0; n < 15; n++) await isHit(large, n);
    // The two that take most have made room, with what was used least lately.
    expect(await isHit(initech, 14)).toBe(true);
    expect(await isHit(umbrella, 14)).toBe(true);
    for (const small of [acme, globex])
      expect(await isHit(small, 0)).toBe(true);
    expect(await isHit(initech, 0)).toBe(false);
  });
});

it('without the policy nothing is kept, and caches on the way are told of the key', async () => {
  const asked = counting({ 'cache-control': 'public, max-age=60' });
  await asText(call(CRM));
  const again = await call(CRM);
  expect(await again.text()).toBe('answer 2');
  expect(again.headers.get('vary')).toBe('Authorization, X-API-Key');
  expect(again.headers.get('cache-status')).toBeNull();
  expect(asked).toHaveLength(2);
});
