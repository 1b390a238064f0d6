import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { startControlPlane, TestControlPlane } from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const USAGE = '/v1/tenants/acme-corp/usage';
/** Calls of two hours of one day and one of the day after. */
const HOURS = ['2026-03-01T10', '2026-03-01T11', '2026-03-02T10'];
const WINDOW = 'from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z';

describe.each(databases.eachSupportedId())('usage, %s', databaseId => {
  let plane: TestControlPlane;
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    const call = (hour: string, i: number, more: object) => ({
      event_id: uuid(),
      timestamp: `${hour}:${String(i % 60).padStart(2, '0')}:00.000Z`,
      kind: 'api',
      tenant_id: 'acme-corp',
      subject: 'consumer',
      api: 'crm-api',
      status: 'success',
      latency_ms: i + 1,
      ...more,
    });
    for (const hour of HOURS) {
      const metering = Array.from({ length: 100 }, (_, i) =>
        call(hour, i, {
          ...(i < 5 && { status: 'error' }),
          ...(i === 99 && { status: 'rate_limited' }),
        }),
      );
      metering.push(
        call(hour, 0, { kind: 'tool', server: 'crm', tool: 'find' }),
        call(hour, 0, { api: 'billing-api', subject: 'other-consumer' }),
        call(hour, 0, { tenant_id: 'demo-tenant', api: 'weather-api' }),
      );
      const sent = await plane
        .as('plugin:api-runtime')
        .post('/v1/gateways/events', { metering });
      if (sent.status !== 202) throw new Error(JSON.stringify(sent.body));
    }
  });
  afterAll(() => plane.stop());

  const report = async (query: string) => {
    const answer = await plane
      .as('acme-viewer')
      .get(`${USAGE}?${WINDOW}${query}`);
    expect([answer.status, answer.body.error]).toEqual([200, undefined]);
    return answer.body;
  };

  it('says how fast calls were, to within 2 %', async () => {
    const { totals, items } = await report('&group_by=api');
    expect(totals).toMatchObject({ calls: 306, errors: 15, rate_limited: 3 });
    const crm = items.find((i: any) => i.api_id === 'crm-api');
    expect(crm.calls).toBe(303);
    // 1 to 100 ms, three times, and three calls of 1 ms.
    for (const [found, exact] of [
      [crm.latency_p50_ms, 50],
      [crm.latency_p95_ms, 95],
      [crm.latency_p99_ms, 99],
    ]) {
      expect(Math.abs(found - exact) / exact).toBeLessThan(0.021);
    }
    expect(crm.average_latency_ms).toBe(
      Math.round(((3 * 5050 + 3) / 303) * 100) / 100,
    );
  });

  it('is added up by API, tool, application or day, always to the same total', async () => {
    const shape = async (by: string) =>
      (await report(`&group_by=${by}`)).items.map((i: any) => [
        i.at.slice(0, 10),
        i.api_id,
        i.tool ?? '',
        i.calls,
      ]);
    expect(await shape('api')).toEqual([
      ['2026-03-01', 'billing-api', '', 3],
      ['2026-03-01', 'crm-api', '', 303],
    ]);
    expect(await shape('tool')).toEqual([['2026-03-01', 'crm-api', 'find', 3]]);
    expect(await shape('day')).toEqual([
      ['2026-03-01', '', '', 204],
      ['2026-03-02', '', '', 102],
    ]);
    expect(await shape('application')).toEqual([['2026-03-01', '', '', 306]]);
    const hours = await report('&bucket=hour');
    expect([...new Set(hours.items.map((i: any) => i.at))]).toEqual(
      HOURS.map(hour => `${hour}:00:00.000Z`),
    );
    expect(hours.totals.calls).toBe(306);
  });

  it('is taken along whole, of one tenant alone', async () => {
    const file = await plane
      .as('acme-viewer')
      .get(`${USAGE}/export?${WINDOW}&bucket=hour`);
    const lines = file.text.trim().split('\r\n');
    expect(lines[0]).toMatch(
      /^at,tenant_id,api_id,.*,latency_p99_ms,request_bytes,response_bytes$/,
    );
    expect(lines).toHaveLength(1 + 3 * 3);
    const calls = lines.slice(1).map(line => Number(line.split(',')[7]));
    expect(calls.reduce((sum, n) => sum + n, 0)).toBe(306);
    expect(file.text).not.toContain('weather');
    expect(file.text).not.toContain('demo-tenant');
  });

  it('counts each call once, however late and often it comes', async () => {
    const late = {
      event_id: uuid(),
      timestamp: '2026-03-01T10:59:59.999Z',
      kind: 'api',
      tenant_id: 'acme-corp',
      subject: 'consumer',
      api: 'crm-api',
      status: 'success',
      latency_ms: 0.125,
      request_bytes: 10,
      response_bytes: 1000,
    };
    const send = (metering: object[]) =>
      plane.as('plugin:api-runtime').post('/v1/gateways/events', { metering });
    const before = (await report('')).totals;
    // Twice in one report, at the same time from two gateways, and once more.
    await Promise.all([send([late, late]), send([late])]);
    await send([late]);
    const after = (await report('')).totals;
    expect(after.calls).toBe(before.calls + 1);
    expect(after.response_bytes).toBe(before.response_bytes + 1000);
  });

  it('loses none that are reported at once', async () => {
    const at = '2026-03-05T10';
    const reports = Array.from({ length: 12 }, (_, r) =>
      Array.from({ length: 40 }, (_call, i) => ({
        event_id: uuid(),
        timestamp: `${at}:00:00.000Z`,
        kind: 'api',
        tenant_id: 'acme-corp',
        // In another order each time: nobody may wait in a circle.
        api: `api-${(r % 2 ? i : 39 - i) % 7}`,
        status: 'success',
        latency_ms: 1.5,
      })),
    );
    const answers = await Promise.all(
      reports.map(metering =>
        plane
          .as('plugin:api-runtime')
          .post('/v1/gateways/events', { metering }),
      ),
    );
    expect(answers.map(answer => answer.status)).toEqual(
      reports.map(() => 202),
    );
    const { body } = await plane
      .as('acme-viewer')
      .get(
        `${USAGE}?from=${at}:00:00Z&to=2026-03-05T11:00:00Z&group_by=status`,
      );
    expect(body.items).toEqual([
      expect.objectContaining({ status: 'success', calls: 480 }),
    ]);
  });

  it('is the same when it is added up anew from the single calls', async () => {
    const recent = (hours: number) =>
      new Date(Date.now() - hours * 3_600_000).toISOString();
    const metering = Array.from({ length: 500 }, (_, i) => ({
      event_id: uuid(),
      timestamp: recent((i * 7) % 60),
      kind: i % 5 ? 'api' : 'tool',
      tenant_id: 'acme-corp',
      subject: `person-${i % 3}`,
      api: `api-${i % 4}`,
      ...(i % 5 === 0 && { server: 'crm', tool: `tool-${i % 2}` }),
      status: ['success', 'error', 'timeout', 'invalid'][i % 4],
      latency_ms: Math.round(Math.exp(i / 60) * 1000) / 1000,
      request_bytes: i,
    }));
    for (let i = 0; i < 500; i += 90) {
      await plane
        .as('plugin:api-runtime')
        .post('/v1/gateways/events', { metering: metering.slice(i, i + 90) });
    }
    const rows = async () => {
      const all = await knex('usage_rollups').orderBy('id');
      return all.map((row: any) => ({
        ...row,
        calls: Number(row.calls),
        latency_micros: Number(row.latency_micros),
        latencies: row.latencies.split(',').sort(),
      }));
    };
    const before = await rows();
    const day = (hours: number) => recent(hours).slice(0, 10);
    const window = { from: day(72), to: day(-24) };
    // As if they had been counted wrongly.
    await knex('usage_rollups').update({ calls: 7 });
    const rebuild = (body: object) =>
      plane.as('platform-admin').post('/v1/platform/usage/rebuild', body);
    expect((await rebuild(window)).status).toBe(204);
    const after = await rows();
    const inWindow = (row: any) => row.bucket >= window.from;
    expect(after.filter(inWindow)).toEqual(before.filter(inWindow));
    expect(after.filter(inWindow).length).toBeGreaterThan(100);

    for (const wrong of [
      { from: day(24), to: day(48) },
      { from: day(24 * 40), to: day(0) },
      { from: '2026-03-01', to: '2026-03-02' },
    ]) {
      const refused = await rebuild(wrong);
      expect(refused.body.error.details[0].field).toBe('from');
    }
  });

  it('tells gateways what was used of a quota today and this month', async () => {
    const today = new Date();
    const first = new Date(today);
    first.setUTCDate(1);
    const whose = { subscription_id: uuid(), application_id: 'quota-app' };
    const send = (at: Date, more: object = {}) =>
      plane.as('plugin:api-runtime').post('/v1/gateways/events', {
        metering: [
          {
            event_id: uuid(),
            timestamp: at.toISOString(),
            kind: 'api',
            tenant_id: 'acme-corp',
            api: 'quota-api',
            environment: 'dev',
            status: 'success',
            latency_ms: 1,
            ...whose,
            ...more,
          },
        ],
      });
    await send(today);
    await send(today, { environment: 'staging', status: 'error' });
    await send(today, { status: 'rate_limited' });
    await send(today, { status: 'policy_denied' });
    await send(today, { tenant_id: 'demo-tenant' });
    await send(first);
    await send(new Date(first.getTime() - 86_400_000));
    for (const [server, tool] of [
      ['one', 'get_it'],
      ['one', 'put_it'],
      ['two', 'get_it'],
    ]) {
      await send(today, {
        kind: 'tool',
        api: 'another-api',
        server,
        tool,
        subscription_id: uuid(),
        application_id: undefined,
      });
    }
    const used = async (per: string, id: string, environment?: string) => {
      const quota = { per, id, tenant_id: 'acme-corp', environment };
      const { body } = await plane
        .as('plugin:api-runtime')
        .post('/v1/gateways/lookup', { quota });
      return [body.used_today, body.used_this_month];
    };
    // On the first of a month, that is today.
    const more = today.getUTCDate() === 1 ? 1 : 0;
    const expected = [2 + more, 3];
    expect(await used('subscription', whose.subscription_id)).toEqual(expected);
    expect(await used('application', 'quota-app')).toEqual(expected);
    expect(await used('api', 'quota-api')).toEqual(expected);
    expect(await used('api', 'quota-api', 'staging')).toEqual([1, 1]);
    expect(await used('person', 'nobody')).toEqual([0, 0]);
    expect(await used('tool', 'one/get_it', 'dev')).toEqual([1, 1]);
    expect(await used('tool', 'two/put_it', 'dev')).toEqual([0, 0]);
    expect(await used('api', 'another-api')).toEqual([3, 3]);
  });

  it('tells what calls cost by the price of their plan', async () => {
    const admin = plane.as('acme-admin');
    const consumer = plane.as('consumer');
    const { body: unpriced } = await admin.put(
      '/v1/tenants/acme-corp/plans/pro',
      { name: 'Pro', rate_limit_per_minute: 600, price_per_thousand_calls: 1 },
    );
    expect(unpriced.error.code).toBe('stoa.validation');
    const priced = await admin.put('/v1/tenants/acme-corp/plans/pro', {
      name: 'Pro',
      rate_limit_per_minute: 600,
      price_per_thousand_calls: 0.125,
      currency: 'EUR',
    });
    expect(priced.body).toMatchObject({
      price_per_thousand_calls: 0.125,
      currency: 'EUR',
    });
    const application = await consumer.post('/v1/applications', { name: 'A' });
    const subscribed = await consumer.post('/v1/subscriptions', {
      application_id: application.body.id,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'pro',
    });
    const at = '2026-03-07T10:00:00.000Z';
    await plane.as('plugin:api-runtime').post('/v1/gateways/events', {
      metering: Array.from({ length: 50 }, (_, i) => ({
        event_id: uuid(),
        timestamp: at,
        kind: 'api',
        tenant_id: 'acme-corp',
        subscription_id: subscribed.body.subscription.id,
        api: 'crm-api',
        // What was not answered costs nothing.
        status: i < 40 ? 'success' : 'timeout',
        latency_ms: 1,
      })),
    });
    const { body } = await plane
      .as('acme-viewer')
      .get(`${USAGE}?from=${at}&to=2026-03-08T00:00:00Z&group_by=plan`);
    expect(body.items).toEqual([
      expect.objectContaining({
        plan: 'pro',
        calls: 50,
        cost: 0.005,
        currency: 'EUR',
      }),
    ]);
  });

  it('refuses windows that have no end or no beginning', async () => {
    for (const query of [
      'from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
      'from=2020-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
    ]) {
      for (const path of [USAGE, `${USAGE}/export`, '/v1/my/usage']) {
        const refused = await plane.as('acme-viewer').get(`${path}?${query}`);
        expect([refused.status, refused.body.error.details[0].field]).toEqual([
          400,
          'from',
        ]);
      }
    }
  });
});
