import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const RULES = '/v1/tenants/acme-corp/alert-rules';
const ALERTS = '/v1/tenants/acme-corp/alerts';
const SLACK = 'https://hooks.slack.example/services/T0/B0/not-to-be-shown';
const INPUT = {
  name: 'Many errors',
  metric: 'error_rate',
  threshold: 5,
  window: '15m',
  api_id: 'crm-api',
  environment: 'production',
  target: { channel: 'email' },
};

describe.each(databases.eachSupportedId())('alerts, %s', databaseId => {
  let knex: Knex;
  let plane: TestControlPlane;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
  });
  afterAll(() => plane.stop());

  const devops = () => plane.as('acme-devops');
  const create = async (input: object = {}) => {
    const made = await devops().post(RULES, { ...INPUT, ...input });
    expect([made.status, made.body.error]).toEqual([201, undefined]);
    return { at: `${RULES}/${made.body.id}`, tag: made.headers.etag, made };
  };

  it('are raised by rules that are made, read, changed by their ETag and deleted', async () => {
    const { at, tag, made } = await create();
    expect(made.body).toMatchObject({
      ...INPUT,
      target: { channel: 'email', role: 'tenant-admin' },
      enabled: true,
      version: 1,
    });
    const read = await plane.as('acme-viewer').get(at);
    expect([read.body, read.headers.etag]).toEqual([made.body, tag]);

    expect((await devops().put(at, INPUT)).status).toBe(428);
    const { api_id: _, ...everywhere } = INPUT;
    const changed = await devops()
      .put(at, { ...everywhere, threshold: 7.5, enabled: false })
      .set('If-Match', tag);
    expect([changed.status, changed.body.threshold]).toEqual([200, 7.5]);
    expect(changed.body).not.toHaveProperty('api_id');
    const stale = await devops().put(at, INPUT).set('If-Match', tag);
    expect([stale.status, stale.body.error.code]).toEqual([
      412,
      'stoa.precondition_failed',
    ]);

    const admin = plane.as('acme-admin');
    const tagNow = changed.headers.etag;
    expect(
      (await devops().delete(at).set('If-Match', tagNow)).body.error.code,
    ).toBe('stoa.forbidden');
    expect((await admin.delete(at).set('If-Match', tag)).status).toBe(412);
    expect((await admin.delete(at).set('If-Match', tagNow)).status).toBe(204);
    expect((await admin.get(at)).status).toBe(404);
    expect((await admin.delete(at).set('If-Match', tagNow)).status).toBe(404);
  });

  it('keep the address of a channel sealed, and show its host alone', async () => {
    const { at, tag, made } = await create({
      target: { channel: 'slack', url: SLACK },
    });
    const shown = { channel: 'slack', host: 'hooks.slack.example' };
    expect(made.body.target).toEqual(shown);
    // Left out of a change it stays.
    const changed = await devops()
      .put(at, { ...INPUT, target: { channel: 'slack' } })
      .set('If-Match', tag);
    expect(changed.body.target).toEqual(shown);
    const row = await knex('alert_rules').where({ id: made.body.id }).first();
    expect(row.sealed_url).toBeTruthy();
    for (const table of ['alert_rules', 'audit_log', 'outbox'])
      expect(JSON.stringify(await knex(table))).not.toContain('not-to-be');

    const mailed = await devops()
      .put(at, INPUT)
      .set('If-Match', changed.headers.etag);
    expect(mailed.body.target).toEqual({
      channel: 'email',
      role: 'tenant-admin',
    });
    const forgotten = await knex('alert_rules')
      .where({ id: made.body.id })
      .first();
    expect(forgotten.sealed_url).toBeNull();
  });

  it.each([
    [{ threshold: 101 }, 'threshold'],
    [{ threshold: 0 }, 'threshold'],
    [{ metric: 'quota_used' }, 'window'],
    [{ window: '30d' }, 'window'],
    [{ api_id: 'weather-api' }, 'api_id'],
    [{ environment: 'moon' }, 'environment'],
    [{ name: '  ' }, 'name'],
    [{ target: { channel: 'email', url: SLACK } }, 'target.url'],
    [{ target: { channel: 'slack' } }, 'target.url'],
    [
      { target: { channel: 'slack', url: SLACK, role: 'viewer' } },
      'target.role',
    ],
    [
      { target: { channel: 'slack', url: 'http://169.254.169.254/' } },
      'target.url',
    ],
    [{ target: { channel: 'slack', url: 'file:///etc/passwd' } }, 'target.url'],
    [
      { target: { channel: 'slack', url: 'https://u:p@slack.example' } },
      'target.url',
    ],
  ])('refuse a rule with %j', async (input, field) => {
    const refused = await devops().post(RULES, { ...INPUT, ...input });
    expect([refused.status, refused.body.error.details[0].field]).toEqual([
      400,
      field,
    ]);
  });

  it('have one winner of many changes at once, and at most a hundred rules', async () => {
    const { at, tag } = await create();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        devops()
          .put(at, { ...INPUT, threshold: i + 1 })
          .set('If-Match', tag),
      ),
    );
    expect(answers.map(a => a.status).sort()).toEqual([
      200,
      ...Array(19).fill(412),
    ]);
    const { id: _, ...row } = await knex('alert_rules').first();
    const have = Number((await knex('alert_rules').count({ n: '*' }))[0].n);
    await knex('alert_rules').insert(
      Array.from({ length: 99 - have }, () => ({
        ...row,
        id: uuid(),
        target: JSON.stringify({ channel: 'email' }),
      })),
    );
    const last = await Promise.all(
      Array.from({ length: 5 }, () => devops().post(RULES, INPUT)),
    );
    expect(last.map(a => a.status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(last.find(a => a.status === 409)!.body.error.message).toBe(
      'The tenant may have 100 alert rules. Delete one first.',
    );
  });

  it('are listed page by page, by state and rule, of one tenant alone', async () => {
    const rule = uuid();
    const alerts = Array.from({ length: 5 }, (_, i) => ({
      id: uuid(),
      tenant_id: 'acme-corp',
      rule_id: i === 0 ? rule : uuid(),
      name: `Alert ${i}`,
      metric: 'latency_p95',
      threshold: 300,
      value: 412.5,
      status: i < 2 ? 'raised' : 'cleared',
      raised_at: new Date().toISOString(),
      cleared_at: i < 2 ? null : new Date().toISOString(),
    }));
    await knex('alerts').insert(alerts);
    const viewer = plane.as('acme-viewer');
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await viewer.get(`${ALERTS}?limit=2${cursor}`);
      seen.push(...page.body.items.map((a: any) => a.name));
      cursor = page.body.next_cursor && `&cursor=${page.body.next_cursor}`;
    } while (cursor);
    expect(seen).toEqual([4, 3, 2, 1, 0].map(i => `Alert ${i}`));
    const names = async (query: string) =>
      (await viewer.get(`${ALERTS}?${query}`)).body.items.map(
        (a: any) => a.name,
      );
    expect(await names('status=raised')).toEqual(['Alert 1', 'Alert 0']);
    expect(await names(`rule_id=${rule}`)).toEqual(['Alert 0']);
    const one = await viewer.get(`${ALERTS}/${alerts[4].id}`);
    expect(one.body).toMatchObject({ value: 412.5, status: 'cleared' });

    const foreign = plane.as('demo-admin');
    const theirs = '/v1/tenants/demo-tenant';
    expect((await foreign.get(`${theirs}/alerts/${alerts[0].id}`)).status).toBe(
      404,
    );
    expect((await foreign.get(`${theirs}/alerts`)).body.items).toEqual([]);
    const { at, tag } = {
      at: `${theirs}/alert-rules/${(await knex('alert_rules').first()).id}`,
      tag: '"1"',
    };
    for (const answer of [
      await foreign.get(at),
      await foreign
        .put(at, { ...INPUT, api_id: 'weather-api' })
        .set('If-Match', tag),
      await foreign.delete(at).set('If-Match', tag),
    ])
      expect(answer.status).toBe(404);
  });

  describe('watched', () => {
    const TENANT = '/v1/tenants/acme-corp';
    let calls = 0;

    /** Calls of an API of their own, so many minutes ago. */
    const called = (
      api: string,
      count: number,
      minutes: number,
      more: object = {},
    ) =>
      plane.as('plugin:api-runtime').post('/v1/gateways/events', {
        metering: Array.from({ length: count }, () => ({
          event_id: uuid(),
          timestamp: new Date(Date.now() - minutes * 60_000).toISOString(),
          kind: 'api',
          tenant_id: 'acme-corp',
          api,
          environment: 'dev',
          status: 'success',
          latency_ms: 10,
          ...more,
        })),
      });
    const told = async (ruleId: string) =>
      (await knex('alerts').where({ rule_id: ruleId }).orderBy('id')).map(
        row => [row.status, Number(row.value)],
      );
    const notices = () =>
      plane.notifications
        .map(n => n.payload.title)
        .filter(title => title.includes(`watched ${calls}`));
    const rule = async (input: object) => {
      calls += 1;
      const { made } = await create({
        name: `watched ${calls}`,
        api_id: 'crm-api',
        environment: 'dev',
        target: { channel: 'notification' },
        ...input,
      });
      return made.body.id as string;
    };

    beforeEach(async () => {
      await knex('alert_rules').del();
      await knex('alerts').del();
      await knex('metering_events').del();
      await knex('usage_rollups').del();
    });

    it('raises once what is reached, clears once what is over, and tells both', async () => {
      const id = await rule({
        metric: 'error_rate',
        threshold: 50,
        window: '5m',
      });
      await called('crm-api', 3, 0);
      await called('crm-api', 3, 20, { status: 'timeout' });
      await called('billing-api', 3, 0, { status: 'error' });
      await called('crm-api', 3, 0, {
        status: 'error',
        environment: 'staging',
      });
      await plane.sweep();
      expect(await told(id)).toEqual([]);
      await called('crm-api', 3, 0, { status: 'timeout' });
      // Two processes at once are no two alerts.
      await Promise.all([plane.sweep(), plane.sweep()]);
      await plane.sweep();
      expect(await told(id)).toEqual([['raised', 50]]);
      await eventually(async () => {
        expect(notices()).toEqual([`The alert "watched ${calls}" is raised`]);
      });
      await called('crm-api', 30, 0);
      await Promise.all([plane.sweep(), plane.sweep()]);
      await plane.sweep();
      expect(await told(id)).toEqual([['cleared', 50]]);
      await eventually(async () => {
        expect(notices()).toEqual([
          `The alert "watched ${calls}" is raised`,
          `The alert "watched ${calls}" is over`,
        ]);
      });
      await called('crm-api', 90, 0, { status: 'error' });
      await plane.sweep();
      expect(await told(id)).toHaveLength(2);
    });

    it.each([
      ['rate_limited', '15m', 5, { status: 'rate_limited' }, 5],
      ['rate_limited', '6h', 5, { status: 'rate_limited' }, 5],
      ['error_rate', '24h', 40, { status: 'error' }, 50],
      ['latency_p95', '1h', 400, { latency_ms: 500 }, 500],
      ['latency_p95', '24h', 400, { latency_ms: 500 }, 500],
    ] as const)(
      'measures %s over %s',
      async (metric, window, threshold, more, value) => {
        const id = await rule({ metric, threshold, window });
        await called('crm-api', 5, 1);
        await plane.sweep();
        expect(await told(id)).toEqual([]);
        await called('crm-api', 5, 1, more);
        await plane.sweep();
        const [[status, found]] = await told(id);
        expect(status).toBe('raised');
        expect(Math.abs(found - value) / value).toBeLessThan(0.021);
      },
    );

    it('measures the quota of whoever used most of theirs', async () => {
      const plan = { name: 'Q', rate_limit_per_minute: 9, quota_per_day: 10 };
      await plane
        .as('acme-admin')
        .post(`${TENANT}/plans`, { id: 'quota', ...plan });
      const consumer = plane.as('consumer');
      const application = await consumer.post('/v1/applications', {
        name: 'A',
      });
      const { body } = await consumer.post('/v1/subscriptions', {
        application_id: application.body.id,
        tenant_id: 'acme-corp',
        api_id: 'crm-api',
        plan: 'quota',
      });
      const id = await rule({
        metric: 'quota_used',
        threshold: 80,
        window: '24h',
      });
      const whose = { subscription_id: body.subscription.id };
      await called('crm-api', 7, 0, whose);
      await called('crm-api', 7, 0, { ...whose, status: 'rate_limited' });
      await called('crm-api', 90, 0);
      await plane.sweep();
      expect(await told(id)).toEqual([]);
      await called('crm-api', 2, 0, whose);
      await plane.sweep();
      expect(await told(id)).toEqual([['raised', 90]]);
    });

    it('leaves nothing raised that nobody watches', async () => {
      const id = await rule({
        metric: 'error_rate',
        threshold: 1,
        window: '5m',
      });
      await called('crm-api', 1, 0, { status: 'error' });
      await plane.sweep();
      expect(await told(id)).toEqual([['raised', 100]]);
      await knex('alert_rules').where({ id }).del();
      await plane.sweep();
      expect(await told(id)).toEqual([['cleared', 100]]);
    });
  });
});
