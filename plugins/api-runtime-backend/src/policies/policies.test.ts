import { until } from '@stoa/plugin-stoa-node/testUtils';
import { makeKey, useRuntime } from '../__testUtils__/runtime';

const harness = useRuntime({ connectTimeoutSeconds: 2 });
const { call, metered } = harness;

let version = 0;

/** A route of its own for a test, and how to call it. */
async function routeWith(
  policies: { type: string; config?: object }[],
  backend = harness.upstream.url,
) {
  version += 1;
  const key = `dev/acme/crm/1.0.${version}`;
  harness.controlPlane.putRoute(key, backend, policies);
  await until(async () => {
    const probe = await fetch(`${harness.runtime.url}/gateway/${key}`);
    return probe.status !== 404;
  });
  return `/gateway/${key}`;
}

const codeOf = async (response: Response) => [
  response.status,
  (await response.json()).error.code,
];

const subscription = (facts: Record<string, unknown> = {}) => ({
  subscription_id: 'sub-token',
  application_id: 'app-token',
  subscriber_id: 'ada',
  tenant_id: 'acme',
  api_id: 'crm',
  rate_limit: 1000,
  burst: 0,
  expires_at: null,
  ...facts,
});

describe('jwt-validation', () => {
  const bearer = (token: string) => ({
    headers: { authorization: `Bearer ${token}` },
  });
  const ask = (path: string, init: RequestInit) =>
    fetch(harness.runtime.url + path, init);

  beforeEach(() => {
    harness.controlPlane.people.set('ada', {
      api_subscriptions: [subscription()],
    });
    harness.controlPlane.clients.set('robot', {
      api_subscriptions: [subscription({ subscription_id: 'sub-robot' })],
    });
    for (const key of ['subject:ada', 'subject:bob', 'client:robot']) {
      harness.controlPlane.push({ kind: 'subscription', op: 'put', key });
    }
  });

  it('opens the API to tokens and keys, and sends neither on', async () => {
    const path = await routeWith([{ type: 'jwt-validation' }]);
    const sent: string[] = [];
    harness.upstream.respond = (req, res) => {
      sent.push(JSON.stringify(req.headers));
      res.end('ok');
    };
    const token = await harness.token();
    const answer = await ask(path, bearer(token));
    expect(answer.status).toBe(200);
    expect(await metered(answer.headers.get('x-request-id'))).toMatchObject({
      subject: 'ada',
      subscription_id: 'sub-token',
      application_id: 'app-token',
      status: 'success',
    });
    expect((await call(path)).status).toBe(200);
    expect(sent.join()).not.toContain(token);
    expect(sent.join()).not.toContain('authorization');

    const program = await harness.token({ sub: 'robot', client_id: 'robot' });
    const served = await ask(path, bearer(program));
    expect(served.status).toBe(200);
    expect(await metered(served.headers.get('x-request-id'))).toMatchObject({
      subscription_id: 'sub-robot',
      client_id: 'robot',
    });
    const platform = await harness.token({ aud: 'the-platform' });
    expect((await ask(path, bearer(platform))).status).toBe(200);
  });

  it('is what it takes: without it a token is nothing', async () => {
    const path = await routeWith([]);
    const answer = await ask(path, bearer(await harness.token()));
    expect(await codeOf(answer)).toEqual([401, 'stoa.key.unknown']);
  });

  it.each([
    ['for another resource', { aud: 'https://elsewhere.example/gateway' }],
    ['for the tools', { aud: 'http://127.0.0.1/mcp' }],
    ['that is over', { exp: 1 }],
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['that is bound to a key', { cnf: { jkt: 'x' } }],
  ])('refuses a token %s', async (_, claims) => {
    const path = await routeWith([{ type: 'jwt-validation' }]);
    const answer = await ask(path, bearer(await harness.token(claims)));
    expect(answer.headers.get('www-authenticate')).toMatch(/invalid_token/);
    expect(await codeOf(answer)).toEqual([401, 'stoa.unauthenticated']);
  });

  it('asks for a subscription, and for scopes where it says so', async () => {
    const path = await routeWith([
      { type: 'jwt-validation', config: { scopes: ['orders:read'] } },
    ]);
    const poor = await ask(path, bearer(await harness.token()));
    expect(poor.headers.get('www-authenticate')).toContain(
      'error="insufficient_scope", scope="orders:read"',
    );
    expect(await codeOf(poor)).toEqual([403, 'stoa.forbidden']);
    const scope = 'orders:read other';
    const rich = await ask(path, bearer(await harness.token({ scope })));
    expect(rich.status).toBe(200);
    const stranger = await ask(
      path,
      bearer(await harness.token({ sub: 'bob', scope })),
    );
    expect(await codeOf(stranger)).toEqual([403, 'stoa.forbidden']);
    // A subscription to another API, of another tenant, or that is over.
    for (const facts of [
      { api_id: 'billing' },
      { tenant_id: 'globex' },
      { expires_at: '2020-01-01T00:00:00Z' },
    ]) {
      harness.controlPlane.people.set('bob', {
        api_subscriptions: [subscription(facts)],
      });
      harness.controlPlane.push({
        kind: 'subscription',
        op: 'put',
        key: 'subject:bob',
      });
      const bob = await harness.token({ sub: 'bob', scope });
      expect((await ask(path, bearer(bob))).status).toBe(403);
    }
  });

  it('ends with the subscription, on a connection that stays open', async () => {
    const path = await routeWith([{ type: 'jwt-validation' }]);
    const token = await harness.token();
    expect((await ask(path, bearer(token))).status).toBe(200);
    harness.controlPlane.people.set('ada', { api_subscriptions: [] });
    harness.controlPlane.push({
      kind: 'subscription',
      op: 'put',
      key: 'subject:ada',
    });
    await until(async () => (await ask(path, bearer(token))).status === 403);
  });

  it('keeps keys out where it is told to', async () => {
    const path = await routeWith([
      { type: 'jwt-validation', config: { apiKey: 'refused' } },
    ]);
    expect(await codeOf(await call(path))).toEqual([
      401,
      'stoa.unauthenticated',
    ]);
    expect((await ask(path, bearer(await harness.token()))).status).toBe(200);
  });

  it('takes no two credentials', async () => {
    const path = await routeWith([{ type: 'jwt-validation' }]);
    const both = await call(path, bearer(await harness.token()));
    expect(await codeOf(both)).toEqual([400, 'stoa.two_credentials']);
  });
});

describe('ip-allow-list', () => {
  it('keeps callers from elsewhere out, before their key is looked at', async () => {
    const inside = await routeWith([
      { type: 'ip-allow-list', config: { allow: ['::1', '127.0.0.0/8'] } },
    ]);
    expect((await call(inside)).status).toBe(200);
    const outside = await routeWith([
      { type: 'ip-allow-list', config: { allow: ['192.0.2.0/24'] } },
    ]);
    const before = harness.controlPlane.lookups.length;
    const refused = await call(outside, {
      // Nobody is believed who says it without being a proxy of ours.
      headers: { 'x-forwarded-for': '192.0.2.7', forwarded: 'for=192.0.2.7' },
    });
    expect(harness.controlPlane.lookups).toHaveLength(before);
    expect(await metered(refused.headers.get('x-request-id'))).toMatchObject({
      status: 'policy_denied',
      http_status: 403,
    });
    expect(await codeOf(refused)).toEqual([403, 'stoa.forbidden']);
  });
});

describe('rate-limit', () => {
  it('counts what is said to be counted together', async () => {
    const perApplication = await routeWith([
      {
        type: 'rate-limit',
        config: { per: 'application', requestsPerMinute: 3, burst: 1 },
      },
    ]);
    const other = makeKey(harness.controlPlane, { application_id: 'app-2' });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      statuses.push((await call(perApplication)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    const refused = await call(perApplication);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-limit')).toBe('3');
    expect((await refused.json()).error.message).toBe(
      'At most 3 calls a minute are allowed per application.',
    );
    const another = await call(perApplication, {
      headers: { 'x-api-key': other.key },
    });
    expect(another.status).toBe(200);
    // Another key of the same application has no other count.
    const second = makeKey(harness.controlPlane);
    const same = await call(perApplication, {
      headers: { 'x-api-key': second.key },
    });
    expect(same.status).toBe(429);
  });

  it('stays below what the plan allows', async () => {
    const path = await routeWith([
      { type: 'rate-limit', config: { per: 'person', requestsPerMinute: 100 } },
    ]);
    const { key } = makeKey(harness.controlPlane, { rate_limit: 1 });
    const headers = { 'x-api-key': key };
    const first = await call(path, { headers });
    expect(first.headers.get('ratelimit-limit')).toBe('1');
    expect((await call(path, { headers })).status).toBe(429);
  });
});

describe('quota', () => {
  beforeEach(() => {
    harness.controlPlane.used = { used_today: 0, used_this_month: 0 };
  });

  const statusesOf = async (path: string, key: string, count: number) => {
    const statuses: number[] = [];
    for (let i = 0; i < count; i++) {
      const answer = await call(path, { headers: { 'x-api-key': key } });
      statuses.push(answer.status);
    }
    return statuses;
  };

  it('is that of the plan, with the calls from before', async () => {
    const path = await routeWith([]);
    harness.controlPlane.used = { used_today: 7, used_this_month: 50 };
    const { key, hash } = makeKey(harness.controlPlane, { quota_per_day: 10 });
    expect(await statusesOf(path, key, 5)).toEqual([200, 200, 200, 429, 429]);
    expect(harness.controlPlane.quotas.at(-1)).toEqual({
      per: 'subscription',
      tenant_id: 'acme',
      id: `sub-${hash.slice(0, 8)}`,
    });
    const refused = await call(path, { headers: { 'x-api-key': key } });
    expect(refused.headers.get('ratelimit-policy')).toBe('"day";q=10');
    const { headers } = refused;
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(86_400);
    expect(headers.get('ratelimit-remaining')).toBe('0');
    expect((await refused.json()).error.message).toBe(
      'The plan allows 10 calls a day.',
    );
    expect(await metered(refused.headers.get('x-request-id'))).toMatchObject({
      status: 'rate_limited',
    });
  });

  it('is that of the route, for what is counted together', async () => {
    const path = await routeWith([
      { type: 'quota', config: { per: 'application', requestsPerMonth: 3 } },
    ]);
    const application_id = `app-${Math.random()}`;
    const one = makeKey(harness.controlPlane, { application_id });
    const other = makeKey(harness.controlPlane, { application_id });
    expect(await statusesOf(path, one.key, 2)).toEqual([200, 200]);
    expect(await statusesOf(path, other.key, 2)).toEqual([200, 429]);
    const alone = makeKey(harness.controlPlane, {
      application_id: `${application_id}b`,
    });
    expect(await statusesOf(path, alone.key, 1)).toEqual([200]);
  });

  it('is no outage while nobody can tell what was used', async () => {
    const path = await routeWith([]);
    harness.controlPlane.used = undefined;
    const { key } = makeKey(harness.controlPlane, { quota_per_day: 2 });
    expect(await statusesOf(path, key, 3)).toEqual([200, 200, 429]);
  });
});

describe('cors', () => {
  const origin = 'https://app.example.com';
  const preflight = (path: string, from: string) =>
    fetch(harness.runtime.url + path, {
      method: 'OPTIONS',
      headers: { origin: from, 'access-control-request-method': 'POST' },
    });

  it('lets the listed origins read, and caches tell them apart', async () => {
    const path = await routeWith([
      {
        type: 'cors',
        config: {
          allowOrigins: [origin],
          allowMethods: ['GET'],
          allowHeaders: ['x-trace'],
          exposeHeaders: ['x-total'],
          maxAgeSeconds: 5,
        },
      },
    ]);
    const allowed = await preflight(path, origin);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'Authorization, x-trace',
      'access-control-max-age': '5',
      vary: 'Authorization, X-API-Key, Origin',
    });
    const answer = await call(path, { headers: { origin } });
    expect(answer.headers.get('access-control-expose-headers')).toBe('x-total');
    for (const stranger of ['https://evil.example', 'null']) {
      const refused = await preflight(path, stranger);
      expect(refused.headers.has('access-control-allow-origin')).toBe(false);
      const read = await call(path, { headers: { origin: stranger } });
      expect(read.headers.has('access-control-allow-origin')).toBe(false);
      expect(read.headers.get('vary')).toBe('Authorization, X-API-Key, Origin');
    }
  });

  it('never allows credentials, and answers unknown addresses as ever', async () => {
    const path = await routeWith([{ type: 'cors' }]);
    for (const address of [path, '/gateway/dev/acme/none/1.0.0']) {
      const { headers, status } = await preflight(address, origin);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.has('access-control-allow-credentials')).toBe(false);
    }
  });
});

describe('headers', () => {
  it('are set and removed on both ways', async () => {
    const path = await routeWith([
      {
        type: 'headers',
        config: {
          request: {
            set: { 'X-Source': 'stoa' },
            remove: ['X-Debug'],
          },
          response: {
            set: { 'cache-control': 'no-store' },
            remove: ['server'],
          },
        },
      },
    ]);
    let seen: Record<string, unknown> = {};
    harness.upstream.respond = (req, res) => {
      seen = req.headers;
      res.setHeader('server', 'secret/1.0');
      res.setHeader('cache-control', 'public');
      res.end('ok');
    };
    const { headers } = await call(path, {
      headers: {
        'x-source': 'me',
        x_source: 'me',
        'x-debug': '1',
        x_debug: '1',
      },
    });
    expect(seen['x-source']).toBe('stoa');
    expect(Object.keys(seen).filter(name => /_|debug/.test(name))).toEqual([]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.has('server')).toBe(false);
  });
});

describe('request-size', () => {
  it('bounds bodies, declared and streamed', async () => {
    const path = await routeWith([
      { type: 'request-size', config: { maxBytes: 10 } },
    ]);
    harness.upstream.respond = (req, res) =>
      req.resume().on('end', () => res.end('ok'));
    const send = (body: string | ReadableStream) =>
      call(path, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect((await send('0123456789')).status).toBe(200);
    expect(await codeOf(await send('0123456789a'))).toEqual([
      413,
      'stoa.too_large',
    ]);
    const streamed = new Blob(['0123456789', 'a']).stream();
    expect(await codeOf(await send(streamed))).toEqual([413, 'stoa.too_large']);
  });
});

describe('logging', () => {
  it.each([
    ['all', ['200', '404']],
    ['failures', ['404']],
    ['none', []],
  ])('%s', async (level, expected) => {
    const path = await routeWith([{ type: 'logging', config: { level } }]);
    harness.upstream.respond = (req, res) => {
      res.statusCode = req.url?.includes('missing') ? 404 : 200;
      res.end();
    };
    const name = `${path}/logged-${level}`;
    await call(`${name}?secret=hunter2`);
    await call(`${name}/missing`);
    // The next line of another route comes after theirs.
    const marker = await routeWith([]);
    await call(marker);
    await until(() => harness.runtime.log.some(line => line.includes(marker)));
    const lines = harness.runtime.log.filter(line => line.includes(name));
    expect(lines.map(line => / (\d{3}) /.exec(line)![1])).toEqual(expected);
    expect(harness.runtime.log.join()).not.toContain('hunter2');
  });
});

describe('timeouts', () => {
  it('bound the first byte, silence, and the whole', async () => {
    const within = (config: object) =>
      routeWith([{ type: 'timeouts', config }]);
    harness.upstream.respond = req => void req;
    const silent = await call(await within({ firstByteMs: 100 }));
    expect(await codeOf(silent)).toEqual([504, 'stoa.backend.timeout']);
    harness.upstream.respond = (_req, res) => void res.write('half');
    const stuck = await call(await within({ idleMs: 100 }));
    await expect(stuck.text()).rejects.toThrow();

    // A backend that drips for ever is cut all the same.
    let drip: NodeJS.Timeout | undefined;
    harness.upstream.respond = (_req, res) => {
      drip = setInterval(() => res.write('.'), 50);
      res.once('close', () => clearInterval(drip));
    };
    const dripping = await call(await within({ idleMs: 500, totalMs: 600 }));
    expect(dripping.status).toBe(200);
    await expect(dripping.text()).rejects.toThrow();
    expect(await metered(dripping.headers.get('x-request-id'))).toMatchObject({
      status: 'timeout',
    });
  });
});

describe('retry', () => {
  const policies = [{ type: 'retry', config: { attempts: 2 } }];

  it('tries again what may be done twice, and meters one call', async () => {
    const path = await routeWith(policies);
    let tries = 0;
    harness.upstream.respond = (req, res) => {
      tries += 1;
      if (tries === 1) req.socket.destroy();
      else if (tries === 2) res.writeHead(503).end('no');
      else res.end(`try ${tries}`);
    };
    const answer = await call(path);
    expect(await answer.text()).toBe('try 3');
    const id = answer.headers.get('x-request-id');
    expect(await metered(id)).toMatchObject({ status: 'success' });

    tries = 0;
    harness.upstream.respond = (_req, res) => {
      tries += 1;
      res.writeHead(503).end('no');
    };
    const given = await call(path);
    // What the backend says at last is the answer.
    expect([given.status, await given.text(), tries]).toEqual([503, 'no', 3]);
  });

  it.each([
    ['POST', undefined],
    ['PATCH', undefined],
    ['PUT', 'body'],
  ])('never sends a %s with body %s twice', async (method, body) => {
    const path = await routeWith(policies);
    let tries = 0;
    harness.upstream.respond = (_req, res) => {
      tries += 1;
      res.writeHead(503).end();
    };
    expect((await call(path, { method, body })).status).toBe(503);
    expect(tries).toBe(1);
  });

  it('does not try again without being told to', async () => {
    const path = await routeWith([]);
    let tries = 0;
    harness.upstream.respond = req => {
      tries += 1;
      req.socket.destroy();
    };
    expect((await call(path)).status).toBe(502);
    expect(tries).toBe(1);
  });
});

describe('circuit-breaker', () => {
  const policies = [
    {
      type: 'circuit-breaker',
      config: {
        failureRate: 0.5,
        minimumCalls: 4,
        windowSeconds: 60,
        openSeconds: 1,
      },
    },
  ];

  it('leaves a failing backend alone, and tries it with one call', async () => {
    let calls = 0;
    let works = false;
    // Of its own, as a circuit is a backend's.
    harness.second.respond = (_req, res) => {
      calls += 1;
      res.writeHead(works ? 200 : 503).end();
    };
    const path = await routeWith(policies, harness.second.url);
    for (let i = 0; i < 4; i++) expect((await call(path)).status).toBe(503);
    expect(calls).toBe(4);
    const refused = await call(path);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await codeOf(refused)).toEqual([503, 'stoa.unavailable']);
    expect(calls).toBe(4);
    // The backend of others is another circuit.
    const healthy = await routeWith(policies);
    expect((await call(healthy)).status).toBe(200);

    works = true;
    await until(async () => (await call(path)).status === 200);
    expect(calls).toBe(5);
    expect((await call(path)).status).toBe(200);
  });
});
