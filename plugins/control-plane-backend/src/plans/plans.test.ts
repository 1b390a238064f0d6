import { TestDatabases } from '@backstage/backend-test-utils';
import { startControlPlane, TestControlPlane } from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const GOLD = {
  id: 'gold',
  name: 'Gold',
  rate_limit_per_minute: 1_200,
  burst: 200,
  quota_per_month: 5_000_000,
  requires_approval: false,
};

describe.each(databases.eachSupportedId())('plans, %s', databaseId => {
  let plane: TestControlPlane;
  const plans = '/v1/tenants/acme-corp/plans';
  const api = '/v1/tenants/acme-corp/apis/crm-api';
  const admin = () => plane.as('acme-admin');
  const subscribe = async (plan: string) => {
    const consumer = plane.as('consumer');
    const { body } = await consumer.post('/v1/applications', { name: plan });
    return consumer.post('/v1/subscriptions', {
      application_id: body.id,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan,
    });
  };

  beforeAll(async () => {
    const knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
  });
  afterAll(() => plane.stop());

  it('are made once, within bounds, by those who may', async () => {
    for (const [change, field] of [
      [{ rate_limit_per_minute: 0 }, 'rate_limit_per_minute'],
      [{ name: ' ' }, 'name'],
      [{ id: 'Gold!' }, 'id'],
      [{ auto_approve_roles: ['cpi-admin'] }, 'auto_approve_roles.0'],
      [{ price: 10 }, 'price'],
    ] as const) {
      const wrong = await admin().post(plans, { ...GOLD, ...change });
      expect([wrong.status, wrong.body.error.details[0].field]).toEqual([
        400,
        field,
      ]);
    }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => admin().post(plans, GOLD)),
    );
    expect(answers.map(a => a.status).sort()).toEqual([
      201,
      ...Array(19).fill(409),
    ]);
    const listed = await plane.as('acme-viewer').get(plans);
    expect(listed.body.items.map((p: any) => p.id)).toEqual([
      'free',
      'basic',
      'pro',
      'gold',
    ]);
    expect((await admin().get(`${plans}/gold`)).body).toEqual({
      ...GOLD,
      auto_approve_roles: [],
    });
    expect((await admin().get(`${plans}/none`)).status).toBe(404);
  });

  it('are for subscriptions that come after', async () => {
    const before = await subscribe('gold');
    expect(before.body.subscription).toMatchObject({
      status: 'active',
      rate_limit: 1_200,
    });
    const changed = await admin().put(`${plans}/gold`, {
      name: 'Gold',
      rate_limit_per_minute: 60,
    });
    expect(changed.body).toEqual({
      id: 'gold',
      name: 'Gold',
      rate_limit_per_minute: 60,
      burst: 0,
      requires_approval: true,
      auto_approve_roles: [],
    });
    const after = await subscribe('gold');
    expect(after.body.subscription).toMatchObject({
      status: 'pending',
      rate_limit: 60,
    });
    const { id } = before.body.subscription;
    const kept = await plane.as('consumer').get(`/v1/subscriptions/${id}`);
    expect(kept.body.rate_limit).toBe(1_200);
    const used = await admin().delete(`${plans}/gold`);
    expect(used.body.error).toMatchObject({
      code: 'stoa.plan.in_use',
      message: 'The plan is used by subscriptions. Take it off them first.',
    });
    for (const one of [before, after]) {
      const path = `/v1/subscriptions/${one.body.subscription.id}/revoke`;
      await admin().post(path, { reason: 'Over' });
    }
  });

  it('are what an API is offered on, in Git', async () => {
    const head = await plane.repository.head();
    const first = await admin().put(`${api}/plans/gold`);
    expect(first.body.plans).toEqual(['gold']);
    expect(first.headers.etag).toBe((await admin().get(api)).headers.etag);
    expect(await plane.repository.head()).not.toBe(head);
    expect((await admin().put(`${api}/plans/gold`)).status).toBe(200);
    expect((await admin().put(`${api}/plans/none`)).status).toBe(404);
    const absent = await admin().delete(`${api}/plans/free`);
    expect(absent.body.plans).toEqual(['gold']);
    expect((await subscribe('free')).body.error.details[0].field).toBe('plan');
    const only = await admin().delete(`${api}/plans/gold`);
    expect(only.body.error.code).toBe('stoa.conflict');
    const used = await admin().delete(`${plans}/gold`);
    expect(used.body.error.message).toContain('APIs');

    const both = await Promise.all([
      admin().put(`${api}/plans/free`),
      admin().put(`${api}/plans/basic`),
    ]);
    expect(both.map(a => a.status)).toEqual([200, 200]);
    const left = await admin().delete(`${api}/plans/gold`);
    expect([...left.body.plans].sort()).toEqual(['basic', 'free']);
    expect((await admin().delete(`${plans}/gold`)).status).toBe(204);
    expect((await admin().delete(`${plans}/gold`)).status).toBe(404);
    const audit = await admin().get('/v1/tenants/acme-corp/audit?limit=100');
    expect(
      audit.body.items.filter((e: any) => e.action === 'stoa.plan.manage'),
    ).not.toEqual([]);
  });
});
