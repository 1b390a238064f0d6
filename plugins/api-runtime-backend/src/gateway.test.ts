import { request as httpRequest } from 'node:http';
import { until } from '@stoa/plugin-stoa-node/testUtils';
import { CRM, makeKey, useRuntime } from './__testUtils__/runtime';

const harness = useRuntime({ badKeysPerMinute: 5 });
const { call, metered } = harness;

/** Status and error code of an answer that must be an error envelope. */
async function refusal(response: Response): Promise<[number, string]> {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const { error } = await response.json();
  expect(error.correlation_id).toBe(response.headers.get('x-request-id'));
  return [response.status, error.code];
}

describe('routes', () => {
  it('passes a call on below the backend path, with its raw query', async () => {
    harness.upstream.respond = (req, res) =>
      res.end(`${req.method} ${req.url}`);
    const response = await call(`${CRM}/a%2Fb/c?x=%2e%2e&y=/../z`);
    expect(await response.text()).toBe('GET /base/a%2Fb/c?x=%2e%2e&y=/../z');
    expect(await (await call(CRM)).text()).toBe('GET /base');
    expect(await (await call(`${CRM}//evil/x`)).text()).toBe(
      'GET /base/evil/x',
    );
  });

  it.each([
    '/gateway',
    '/gateway/dev/acme/crm',
    '/gateway/dev/acme/none/v1/x',
    '/gateway/staging/acme/crm/v1',
    '/gateway/dev/acme/crm/v2',
    '/gateway/dev/constructor/__proto__/v1',
  ])('knows no %s', async path => {
    expect(await refusal(await call(path))).toEqual([404, 'stoa.not_found']);
  });

  it('follows the feed', async () => {
    harness.controlPlane.putRoute(
      'production/acme/crm/v1',
      harness.upstream.url,
    );
    const path = '/gateway/production/acme/crm/v1';
    await until(async () => (await call(path)).status === 200);
    harness.controlPlane.routes.delete('production/acme/crm/v1');
    harness.controlPlane.push({
      kind: 'route',
      op: 'delete',
      key: 'production/acme/crm/v1',
    });
    await until(async () => (await call(path)).status === 404);
    expect((await call(CRM)).status).toBe(200);
  });
});

it.each([false, true])(
  'takes the work away from a backend whose caller has left, answering or not: %s',
  async answering => {
    let arrived = false;
    let closed = false;
    harness.upstream.respond = (_req, res) => {
      arrived = true;
      if (answering) res.write('half');
      res.on('close', () => {
        closed = true;
      });
    };
    const id = `gone-${answering}`;
    let answered = false;
    const req = httpRequest(harness.runtime.url + CRM, {
      headers: { 'x-api-key': harness.key, 'x-request-id': id },
    });
    req.on('error', () => {});
    req.on('response', res => {
      res.on('error', () => {});
      answered = true;
    });
    req.end();
    await until(() => arrived && answered === answering);
    req.destroy();
    // The backend itself would wait for ever.
    await until(() => closed);
    expect(await metered(id)).toMatchObject({
      status: 'error',
      http_status: 499,
    });
  },
);

describe('credentials', () => {
  it.each([
    ['X-API-Key', () => ({ 'x-api-key': harness.key })],
    ['Authorization', () => ({ authorization: `Bearer ${harness.key}` })],
    [
      'a scheme in lower case',
      () => ({ authorization: `bearer ${harness.key}` }),
    ],
  ])('accepts %s', async (_, headers) => {
    const response = await fetch(harness.runtime.url + CRM, {
      headers: headers(),
    });
    expect(response.status).toBe(200);
  });

  it('refuses two at once', async () => {
    const answers = await Promise.all([
      call(CRM, { headers: { authorization: `Bearer ${harness.key}` } }),
      call(CRM, { headers: { authorization: 'Basic YTpi' } }),
    ]);
    expect(await Promise.all(answers.map(refusal))).toEqual([
      [400, 'stoa.two_credentials'],
      [400, 'stoa.two_credentials'],
    ]);
  });

  it.each([
    ['none', () => ({})],
    ['a malformed one', () => ({ 'x-api-key': 'stoa_sk_short' })],
    ['an unknown one', () => ({ 'x-api-key': `stoa_sk_${'a'.repeat(32)}` })],
    [
      'one for tools',
      () => ({
        'x-api-key': makeKey(harness.controlPlane, {}, 'stoa_mcp_').key,
      }),
    ],
    ['another scheme', () => ({ authorization: `Basic ${harness.key}` })],
    [
      'that of another API',
      () => ({
        'x-api-key': makeKey(harness.controlPlane, { api_id: 'hr' }).key,
      }),
    ],
    [
      'that of another tenant, revoked',
      () => ({
        'x-api-key': makeKey(harness.controlPlane, {
          tenant_id: 'globex',
          status: 'revoked',
        }).key,
      }),
    ],
  ])('answers the same for %s', async (_, headers) => {
    const response = await fetch(
      `${harness.runtime.url}${CRM}/x?api_key=${harness.key}`,
      {
        headers: headers() as Record<string, string>,
      },
    );
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="stoa"',
    );
    expect(response.headers.get('ratelimit-limit')).toBeNull();
    expect(await refusal(response)).toEqual([401, 'stoa.key.unknown']);
    expect(await metered(response.headers.get('x-request-id'))).toMatchObject({
      status: 'policy_denied',
      http_status: 401,
      subject: 'anonymous',
      tenant_id: 'acme',
    });
  });

  it.each([
    ['pending', { status: 'pending' }],
    ['suspended', { status: 'suspended' }],
    ['expired', { status: 'expired' }],
    ['expired', { expires_at: '2020-01-01T00:00:00Z' }],
  ])('says that a subscription is %s', async (state, facts) => {
    harness.key = makeKey(harness.controlPlane, facts).key;
    const response = await call(CRM);
    const { error } = await response.json();
    expect([response.status, error.code, error.details.status]).toEqual([
      403,
      'stoa.key.not_active',
      state,
    ]);
  });

  it('lets an address guess only so often, and leaves keys that work alone', async () => {
    const known = harness.key;
    expect((await call(CRM)).status).toBe(200);
    const before = harness.controlPlane.lookups.length;
    const guesses = [];
    for (let i = 0; i < 12; i++) {
      harness.key = `stoa_sk_${`${i}`.padStart(32, 'b')}`;
      guesses.push((await call(CRM)).status);
    }
    expect(guesses.at(-1)).toBe(429);
    expect(harness.controlPlane.lookups.length - before).toBeLessThanOrEqual(5);
    const refused = await call(CRM);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    harness.key = known;
    expect((await call(CRM)).status).toBe(200);
  });
});
