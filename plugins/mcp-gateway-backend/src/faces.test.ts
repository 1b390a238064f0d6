import { until } from '@stoa/plugin-stoa-node/testUtils';
import { FACES } from './__testUtils__/faces';
import {
  MEMBER,
  serve,
  subscription,
  useGateway,
} from './__testUtils__/gateway';
import { GET, serverOf, toolOf } from './__testUtils__/tools';

const harness = useGateway({
  mcp: {
    maxResponseBytes: 5_000,
    maxRequestBytes: 20_000,
    callTimeoutSeconds: 1,
  },
  gateway: { firstByteTimeoutSeconds: 0.5 },
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** What is known of keys and people holds so long, where nobody says otherwise. */
const LEASE_MS = 30_000;

describe.each(Object.entries(FACES))('%s', (name, call) => {
  it('answers with what the service says, and meters it', async () => {
    let seen: Record<string, unknown> = {};
    harness.upstream.respond = (req, res) => {
      seen = { ...req.headers, url: req.url, method: req.method };
      res.setHeader('content-type', 'application/json; charset=utf-8');
      res.end('{"id": 7, "name": "Ann \\"A\\" Lee"}');
    };
    const token = await harness.token();
    const answer = await call(harness, { headers: bearer(token) });
    expect(answer.kind).toBe('result');
    expect(answer.text).toContain('"structuredContent":{"id":7');
    expect(seen).toMatchObject({ url: '/base/customers/7', method: 'GET' });
    expect(JSON.stringify(seen)).not.toContain(token);
    expect(seen).not.toHaveProperty('authorization');
    expect(await harness.metered(answer.requestId)).toMatchObject({
      kind: 'tool',
      tenant_id: 'acme',
      server: 'crm-tools',
      tool: 'get_customer',
      api: 'crm',
      subject: 'acme-devops',
      status: 'success',
      http_status: 200,
    });
  });

  it('tells a model what is wrong with its arguments', async () => {
    const headers = bearer(await harness.token());
    const answer = await call(harness, { headers, args: { id: 0, x: 1 } });
    expect([answer.status, answer.kind]).toEqual([200, 'tool error']);
    expect(answer.text).toContain('/id: must be >= 1');
    expect(answer.text).toContain('has no property');
    expect((await harness.metered(answer.requestId)).status).toBe('invalid');
  });

  it.each<[string, number, string, RegExp, string]>([
    [
      'refuses',
      404,
      '{"error": "no customer 7"}',
      /404 Not Found.*no customer/,
      'success',
    ],
    ['fails', 503, 'at /srv/app.js:1 password=hunter2', /503 Service/, 'error'],
    ['redirects', 302, '', /302 Found. Redirects are not/, 'success'],
    [
      'breaks its promise',
      200,
      '{"id": "seven"}',
      /not what this tool promises/,
      'error',
    ],
    ['says too much', 200, `"${'x'.repeat(9_000)}"`, /larger than/, 'error'],
    ['says nonsense', 200, '{"id": ', /not valid JSON/, 'error'],
    ['says nothing', 204, '', /204 No Content with nothing/, 'error'],
    [
      'says something without a bottom',
      200,
      `${'{"id":7,"a":'.repeat(300)}1${'}'.repeat(300)}`,
      /nested deeper than 100/,
      'error',
    ],
  ])(
    'is a tool error when the service %s',
    async (_what, status, body, expected, metered) => {
      harness.upstream.respond = (_req, res) => {
        res.writeHead(status, { 'content-type': 'application/json' }).end(body);
      };
      const headers = bearer(await harness.token());
      const answer = await call(harness, { headers });
      expect([answer.status, answer.kind]).toEqual([200, 'tool error']);
      expect(answer.text).toMatch(expected);
      expect(answer.text).not.toContain('hunter2');
      expect((await harness.metered(answer.requestId)).status).toBe(metered);
    },
  );

  it('is a tool error and a masked report when the service hangs or is away', async () => {
    const headers = bearer(await harness.token());
    harness.upstream.respond = () => {};
    const late = await call(harness, { headers });
    expect(late.text).toContain('did not answer in time');
    expect((await harness.metered(late.requestId)).status).toBe('timeout');

    harness.upstream.respond = (_req, res) => {
      const drip = setInterval(() => res.write(' '), 100);
      res.once('close', () => clearInterval(drip));
    };
    const slow = await call(harness, { headers });
    expect(slow.text).toContain('did not answer in time');

    harness.upstream.respond = (_req, res) => res.destroy();
    const gone = await call(harness, { headers });
    expect(gone.kind).toBe('tool error');
    expect((await harness.metered(gone.requestId)).status).toBe('error');
    const reportOf = (id: string | null) =>
      harness.controlPlane.errors.find(e => e.request_id === id);
    await until(() => reportOf(gone.requestId) !== undefined);
    expect(reportOf(late.requestId)).toMatchObject({
      tenant_id: 'acme',
      tool: 'get_customer',
      error_type: 'server_timeout',
    });
  });

  it('bounds a subscription by its plan', async () => {
    const { key } = harness.key({
      subscription_id: `sub-${call.name}${Math.random()}`,
      rate_limit: 2,
    });
    const headers = bearer(key);
    for (const remaining of ['1', '0']) {
      const answer = await call(harness, { headers });
      expect(answer.headers.get('ratelimit-remaining')).toBe(remaining);
    }
    const refused = await call(harness, { headers });
    // Where a revision was agreed on, an HTTP error would end the connection.
    const status = /2025/.test(name) ? 200 : 429;
    expect([refused.status, refused.kind]).toEqual([status, 'refused']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.text).toContain('stoa.rate_limited');
    expect(/Try again in \d+ seconds/.test(refused.text)).toBe(
      name !== 'plain HTTP',
    );
    expect((await harness.metered(refused.requestId)).status).toBe(
      'rate_limited',
    );
  });

  it('knows a tool by subscription alone, and not a second after it ended', async () => {
    const { controlPlane } = harness;
    const person = `person-${Math.random()}`;
    const token = await harness.token({ sub: person, groups: [] });
    const unknown = await call(harness, { headers: bearer(token) });
    expect(unknown.kind).toBe('refused');

    controlPlane.people.set(person, { subscriptions: [subscription()] });
    const ask = { kind: 'subscription', op: 'put', key: `subject:${person}` };
    controlPlane.push(ask as never);
    await until(
      async () =>
        (await call(harness, { headers: bearer(token) })).kind === 'result',
    );
    controlPlane.people.delete(person);
    controlPlane.push(ask as never);
    const ended = performance.now();
    await until(
      async () =>
        (await call(harness, { headers: bearer(token) })).kind === 'refused',
    );
    expect(performance.now() - ended).toBeLessThan(LEASE_MS / 2);
  });

  it('takes a key of a subscription, until it is revoked', async () => {
    const { controlPlane } = harness;
    const { key, hash } = harness.key();
    for (const headers of [bearer(key), { 'x-api-key': key }]) {
      expect((await call(harness, { headers })).kind).toBe('result');
    }
    controlPlane.keys.set(hash, {
      ...controlPlane.keys.get(hash),
      status: 'revoked',
    });
    controlPlane.push({ kind: 'key', op: 'delete', key: hash });
    const revoked = performance.now();
    await until(
      async () =>
        (await call(harness, { headers: bearer(key) })).status === 403,
    );
    expect(performance.now() - revoked).toBeLessThan(LEASE_MS / 2);
  });

  describe('attacks', () => {
    function claims(changes: Record<string, unknown>) {
      return async () => {
        const { url, issuer } = harness;
        const aud: Record<string, string> = {
          'control-plane': `${url}/api/control-plane`,
          prefix: `${url}/mcpx`,
        };
        const changed = { ...changes };
        if (typeof changes.aud === 'string') changed.aud = aud[changes.aud];
        if (changes.iss === 'slash') changed.iss = `${issuer.issuer}/`;
        return { token: await harness.token(changed) };
      };
    }
    const apiKey = () => {
      const { key } = harness.key({ kind: 'api' });
      return { token: key };
    };
    const expiredKey = () => {
      const { key } = harness.key({ expires_at: '2020-01-01T00:00:00Z' });
      return { token: key };
    };
    const pendingKey = () => ({
      token: harness.key({ status: 'pending' }).key,
    });

    /** Each is refused, and never reaches the service. */
    const refusals: [string, () => Promise<Record<string, unknown>>, number][] =
      [
        ['no credential', async () => ({}), 401],
        ['an empty token', async () => ({ token: '' }), 401],
        ['nonsense', async () => ({ token: 'abc.def.ghi' }), 401],
        ['an expired token', claims({ exp: 1 }), 401],
        ['a token that is not valid yet', claims({ nbf: 9_999_999_999 }), 401],
        ['a token without audience', claims({ aud: undefined }), 401],
        [
          'a token for the control plane',
          claims({ aud: 'control-plane' }),
          401,
        ],
        ['an audience that only begins alike', claims({ aud: 'prefix' }), 401],
        ['a token of another issuer', claims({ iss: 'https://evil' }), 401],
        ['an issuer with a slash more', claims({ iss: 'slash' }), 401],
        ['an ID token', claims({ nonce: 'n' }), 401],
        ['a token bound to a key', claims({ cnf: { jkt: 'x' } }), 401],
        ['a token in two headers', async () => ({ both: true }), 400],
        ['two tokens in one header', async () => ({ joined: true }), 400],
        [
          'a key for APIs',
          async () => ({ token: `stoa_sk_${'a'.repeat(32)}` }),
          401,
        ],
        [
          'an unknown key',
          async () => ({ token: `stoa_mcp_${'b'.repeat(32)}` }),
          401,
        ],
        ['a malformed key', async () => ({ token: 'stoa_mcp_short' }), 401],
        ['a key of an API subscription', async () => apiKey(), 401],
        ['an expired subscription', async () => expiredKey(), 403],
        ['a pending subscription', async () => pendingKey(), 403],
        [
          'a token without the scope',
          claims({ scope: 'openid stoa:read' }),
          403,
        ],
        ['an origin of another page', async () => ({ origin: true }), 403],
      ];

    it.each(refusals)('%s', async (_what, make, status) => {
      let reached = false;
      harness.upstream.respond = (_req, res) => {
        reached = true;
        res.end('{}');
      };
      const made = await make();
      const token = (made.token as string) ?? (await harness.token());
      const headers: Record<string, string> = {};
      if (made.token !== undefined) headers.authorization = `Bearer ${token}`;
      if (made.both) {
        headers.authorization = `Bearer ${token}`;
        headers['x-api-key'] = harness.key().key;
      }
      if (made.joined)
        headers.authorization = `Bearer ${token}, Bearer ${token}`;
      if (made.origin) {
        headers.authorization = `Bearer ${token}`;
        headers.origin = 'https://evil.example';
      }
      const answer = await call(harness, { headers });
      expect([answer.status, answer.kind]).toEqual([status, 'refused']);
      const challenge = answer.headers.get('www-authenticate') ?? '';
      expect(challenge.includes('error="invalid_token"')).toBe(
        status === 401 && made.token !== undefined,
      );
      expect(answer.text.includes(`the resource ${harness.url}/mcp`)).toBe(
        status === 401,
      );
      expect(challenge.includes('resource_metadata="')).toBe(
        status === 401 || answer.text.includes('"scope"'),
      );
      expect(reached).toBe(false);
    });

    it('does not tell a foreign tool from one that does not exist', async () => {
      const headers = bearer(await harness.token());
      const of = (tenant: string, server: string, tool: string) =>
        call(harness, { headers, tenant, server, tool, args: {} });
      const foreign = await of('globex', 'ops', 'restart');
      const unknown = await of('globex', 'ops', 'restart2');
      const nowhere = await of('nobody', 'ops', 'restart');
      const bare = ({ status, kind, text }: typeof foreign) => [
        status,
        kind,
        text.replace(/"correlation_id":"[^"]*"/, ''),
      ];
      expect(bare(foreign)).toEqual(bare(unknown));
      expect(bare(foreign)).toEqual(bare(nowhere));
    });

    it('does not take identity, routing or forwarding from the caller', async () => {
      let seen: Record<string, unknown> = {};
      harness.upstream.respond = (req, res) => {
        seen = req.headers;
        res.setHeader('content-type', 'application/json');
        res.end('{"id": 7}');
      };
      const answer = await call(harness, {
        headers: {
          ...bearer(await harness.token()),
          'x-user-sub': 'root',
          'x-stoa-tenant': 'globex',
          'x-forwarded-for': '10.0.0.1',
          forwarded: 'for=10.0.0.1',
          cookie: 'session=1',
          traceparent:
            '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        },
      });
      expect(answer.kind).toBe('result');
      expect(Object.keys(seen).sort()).toEqual([
        'accept',
        'accept-encoding',
        'connection',
        'host',
        'user-agent',
        'x-request-id',
      ]);
    });

    it('survives patterns, depth and size that are meant to hold it up', async () => {
      const headers = bearer(await harness.token());
      const begun = performance.now();
      const redos = await call(harness, {
        headers,
        tool: 'create_customer',
        args: { name: `${'a'.repeat(5_000)}!` },
      });
      expect(redos.kind).toBe('tool error');
      let deep: unknown = 1;
      for (let i = 0; i < 3_000; i++) deep = [deep];
      expect((await call(harness, { headers, args: { id: deep } })).kind).toBe(
        'tool error',
      );
      const polluted = JSON.parse('{"id": 7, "__proto__": {"x": 1}}');
      expect((await call(harness, { headers, args: polluted })).kind).toBe(
        'tool error',
      );
      expect(({} as { x?: number }).x).toBeUndefined();
      const big = await call(harness, {
        headers,
        args: { id: 'x'.repeat(30_000) },
      });
      expect([big.status, big.kind]).toEqual([413, 'refused']);
      expect(performance.now() - begun).toBeLessThan(20_000);
    });
  });
});

it('keeps secrets out of logs, reports and metering', async () => {
  const { key } = harness.key();
  const token = await harness.token();
  const password = 'planted-hunter2';
  harness.upstream.respond = (_req, res) => {
    res
      .writeHead(500, { 'content-type': 'text/plain' })
      .end(`password=${password} ${key}`);
  };
  for (const call of Object.values(FACES)) {
    for (const credential of [key, token]) {
      const answer = await call(harness, {
        headers: bearer(credential),
        tool: 'create_customer',
        args: { name: 'a', password, token: key },
      });
      expect(answer.text).not.toContain(password);
      await harness.metered(answer.requestId);
      await until(() =>
        harness.controlPlane.errors.some(
          e => e.request_id === answer.requestId,
        ),
      );
    }
  }
  const kept = JSON.stringify([
    harness.log,
    harness.controlPlane.errors,
    harness.controlPlane.events,
  ]);
  for (const secret of [key, token, password]) {
    expect(kept).not.toContain(secret);
  }
});

it('serves what can be served, and sets aside what cannot', async () => {
  const { controlPlane } = harness;
  const server = serverOf('acme', 'broken');
  serve(controlPlane, server, [
    { ...GET, name: 'good' },
    toolOf('bad_schema', {
      inputSchema: { type: 'object', properties: { a: { $ref: '#/nowhere' } } },
    }),
    toolOf('network_ref', {
      inputSchema: {
        type: 'object',
        properties: { a: { $ref: 'http://127.0.0.1/x' } },
      },
    }),
    toolOf('bad_pattern', {
      inputSchema: {
        type: 'object',
        properties: { a: { pattern: '(?<=a)b(' } },
      },
    }),
  ]);
  const headers = bearer(await harness.token());
  const list = async () => {
    const response = await fetch(`${harness.url}/mcp/v1/tools?server=broken`, {
      headers,
    });
    const { items } = await response.json();
    return items.map((tool: { name: string }) => tool.name);
  };
  await until(async () => (await list()).length === 1);
  expect(await list()).toEqual(['acme__broken__good']);
  expect(MEMBER.scope).toContain('stoa:tools:execute');
});
