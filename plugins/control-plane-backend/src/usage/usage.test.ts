import { TestDatabases } from '@backstage/backend-test-utils';
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

  beforeAll(async () => {
    plane = await startControlPlane({ knex: await databases.init(databaseId) });
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

  it('says how fast calls were, within the width of a class', async () => {
    const { totals, items } = await report('&group_by=api');
    expect(totals).toMatchObject({ calls: 306, errors: 15, rate_limited: 3 });
    const crm = items.find((i: any) => i.api_id === 'crm-api');
    expect(crm.calls).toBe(303);
    expect(crm.latency_p50_ms).toBeGreaterThan(45);
    expect(crm.latency_p50_ms).toBeLessThan(55);
    expect(crm.latency_p95_ms).toBeGreaterThan(90);
    expect(crm.latency_p95_ms).toBeLessThanOrEqual(97);
    expect(crm.latency_p99_ms).toBeGreaterThan(crm.latency_p95_ms);
    expect(crm.latency_p99_ms).toBeLessThanOrEqual(100);
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
    expect(lines[0]).toMatch(/^at,tenant_id,api_id,.*latency_p99_ms$/);
    const calls = lines.slice(1).map(line => Number(line.split(',')[7]));
    expect(calls.reduce((sum, n) => sum + n, 0)).toBe(306);
    expect(file.text).not.toContain('weather');
    expect(file.text).not.toContain('demo-tenant');
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
