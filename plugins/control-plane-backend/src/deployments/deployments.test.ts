import { TestDatabases } from '@backstage/backend-test-utils';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';
import { change, createOrders, ORDERS_PATH } from '../__testUtils__/orders';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const BACKEND = 'http://127.0.0.1:7011';

describe.each(databases.eachSupportedId())('deployments, %s', databaseId => {
  let plane: TestControlPlane;
  let knex: Awaited<ReturnType<typeof databases.init>>;
  let feed: ReturnType<typeof followFeed>;

  const devops = () => plane.as('acme-devops');
  const admin = () => plane.as('acme-admin');
  const at = (id: string, what = '') =>
    `/v1/deployments/${id}${what && `/${what}`}`;
  const deploy = async (environment: string, more: object = {}) =>
    devops().post('/v1/deployments', {
      tenant_id: 'acme-corp',
      api_id: 'orders-api',
      environment,
      ...more,
    });
  const ended = async (id: string, status: string) =>
    eventually(async () => {
      const { body } = await devops().get(at(id));
      expect([body.status, body.message]).toEqual([status, undefined]);
      return body;
    });
  const runs = async () => {
    const { body } = await devops().get(
      '/v1/tenants/acme-corp/runtime?api_id=orders-api',
    );
    return body.items.map((r: any) => `${r.environment} ${r.version}`);
  };

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    feed = followFeed(plane, ['route']);
    await createOrders(plane);
    await change(plane, ORDERS_PATH, {
      environments: ['dev', 'staging', 'production'].map(name => ({
        name,
        backend_url: BACKEND,
      })),
    });
  });
  afterAll(async () => {
    await feed.stop();
    await plane.stop();
  });

  it('brings a version through the environments in their order', async () => {
    const early = await deploy('staging');
    expect(early.body.error).toMatchObject({
      code: 'stoa.deployment.illegal_transition',
      message: 'Deploy version 1.0.0 to dev first.',
    });
    const dev = await deploy('dev');
    expect(dev.status).toBe(202);
    await ended(dev.body.id, 'success');
    const staging = await devops().post(at(dev.body.id, 'promote'));
    expect([staging.status, staging.body]).toMatchObject([
      202,
      { environment: 'staging', promoted_from: dev.body.id },
    ]);
    await ended(staging.body.id, 'success');
    expect(await runs()).toEqual(['dev 1.0.0', 'staging 1.0.0']);
    const logs = await devops().get(at(dev.body.id, 'logs?limit=2'));
    expect(logs.body).toMatchObject({
      items: [
        { level: 'info', step: 'fetch-spec' },
        { level: 'info', step: 'validate' },
      ],
      next_cursor: expect.any(String),
    });
    const trace = await devops().get(at(dev.body.id, 'trace'));
    expect(trace.body.status).toBe('success');
    for (const step of trace.body.steps) {
      expect(Date.parse(step.started_at)).toBeLessThanOrEqual(
        Date.parse(step.completed_at),
      );
    }
  });

  it('lets a second person decide on production, once', async () => {
    const { body: waiting } = await deploy('production');
    expect(waiting).toMatchObject({
      status: 'pending',
      requires_approval: true,
      permissions: { approve: false, cancel: true },
    });
    await eventually(async () =>
      expect(
        plane.notifications.filter(n =>
          n.payload.title.includes('waits for your approval to go'),
        ),
      ).toHaveLength(1),
    );
    const own = await devops().post(at(waiting.id, 'approve'));
    expect([own.status, own.body.error.code]).toEqual([
      403,
      'stoa.deployment.own_request',
    ]);
    expect(
      (await plane.as('acme-viewer').post(at(waiting.id, 'approve'))).status,
    ).toBe(403);
    expect(
      (await plane.as('demo-admin').post(at(waiting.id, 'approve'))).status,
    ).toBe(404);
    const seen = await admin().get(at(waiting.id));
    expect(seen.body.permissions).toMatchObject({ approve: true });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => admin().post(at(waiting.id, 'approve'))),
    );
    expect(answers.map(a => a.status).sort()).toEqual([
      200,
      ...Array(19).fill(409),
    ]);
    const done = await ended(waiting.id, 'success');
    expect(done.approved_by).toBe('The acme-admin');

    // The platform's administrator is one person too.
    const boss = plane.as('platform-admin');
    const { body: theirs } = await boss.post('/v1/deployments', {
      tenant_id: 'acme-corp',
      api_id: 'orders-api',
      environment: 'production',
    });
    const alone = await boss.post(at(theirs.id, 'approve'));
    expect(alone.body.error.code).toBe('stoa.deployment.own_request');
    const cancelled = await devops().post(at(theirs.id, 'cancel'));
    expect(cancelled.body).toMatchObject({
      status: 'cancelled',
      permissions: { approve: false, cancel: false },
    });
    const late = await admin().post(at(theirs.id, 'approve'));
    expect(late.body.error).toMatchObject({
      code: 'stoa.deployment.illegal_transition',
      details: { status: 'cancelled', move: 'approve' },
    });
  });

  it('goes back to what ran before', async () => {
    const [{ deployment_id: first }] = await knex('runtime_routes').where({
      environment: 'dev',
      api_id: 'orders-api',
    });
    const nothing = await devops().post(at(first, 'rollback'));
    expect(nothing.body.error.message).toBe(
      'There is no earlier deployment to go back to.',
    );
    await change(plane, ORDERS_PATH, { version: '1.1.0' });
    const { body: second } = await deploy('dev', { version: '1.1.0' });
    await ended(second.id, 'success');
    expect(await runs()).toContain('dev 1.1.0');
    feed.heard.length = 0;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        devops().post(at(second.id, 'rollback')),
      ),
    );
    expect(answers.map(a => a.status).sort()).toEqual([
      202,
      ...Array(19).fill(409),
    ]);
    const [{ body: back }] = answers.filter(a => a.status === 202);
    expect(back).toMatchObject({ version: '1.0.0', rollback_of: second.id });
    await ended(back.id, 'success');
    await ended(second.id, 'rolled_back');
    expect(await runs()).not.toContain('dev 1.1.0');
    await eventually(async () => {
      expect(feed.heard).toContain(
        'delete route dev/acme-corp/orders-api/1.1.0',
      );
      expect(
        feed.known.get('route dev/acme-corp/orders-api/1.0.0'),
      ).toMatchObject({ deployment_id: back.id });
    });
    const again = await devops().post(at(second.id, 'rollback'));
    expect(again.body.error.details.status).toBe('rolled_back');
    const old = await devops().post(at(first, 'rollback'));
    expect(old.body.error.message).toBe(
      'This deployment is not what runs there any more.',
    );
  });

  it('cancels only what callers have not noticed', async () => {
    const { body: done } = await deploy('dev');
    await ended(done.id, 'success');
    const late = await devops().post(at(done.id, 'cancel'));
    expect(late.body.error.details).toEqual({
      status: 'success',
      move: 'cancel',
    });
  });

  it('takes no reports of what it carries out itself', async () => {
    const { body } = await deploy('dev');
    const report = await plane
      .as('executor')
      .put(at(body.id, 'status'), { status: 'failed' });
    expect(report.body.error.code).toBe('stoa.conflict');
  });
});

describe('deployments by an executor outside', () => {
  it('follow what it reports', async () => {
    const knex = await databases.init('SQLITE_3');
    const plane = await startControlPlane({ knex, executor: 'external' });
    try {
      await createOrders(plane);
      const { body } = await plane.as('acme-devops').post('/v1/deployments', {
        tenant_id: 'acme-corp',
        api_id: 'orders-api',
        environment: 'dev',
      });
      const path = `/v1/deployments/${body.id}`;
      const report = async (said: object) =>
        plane.as('executor').put(`${path}/status`, said);
      expect(
        (await plane.as('acme-admin').put(`${path}/status`, {})).status,
      ).toBe(403);
      const wrong = await report({ status: 'rolled_back' });
      expect(wrong.body.error.details[0].field).toBe('status');
      const steps = [
        {
          name: 'fetch-spec',
          status: 'success',
          started_at: '2026-01-01T00:00:00Z',
          completed_at: '2026-01-01T00:00:01Z',
        },
      ];
      expect((await report({ status: 'running', steps })).body.status).toBe(
        'running',
      );
      const ends = { status: 'failed', message: 'The gateway is full' };
      expect((await report(ends)).body).toMatchObject(ends);
      expect((await report(ends)).status).toBe(200);
      expect((await report({ status: 'success' })).status).toBe(409);
      const trace = await plane.as('acme-viewer').get(`${path}/trace`);
      expect(trace.body).toMatchObject({
        status: 'failed',
        steps: [
          { name: 'fetch-spec', status: 'success' },
          {},
          {},
          {},
          {},
          {},
          {},
        ],
      });
      const logs = await plane.as('acme-viewer').get(`${path}/logs`);
      expect(logs.body.items).toMatchObject([
        { level: 'error', message: 'The gateway is full' },
      ]);
    } finally {
      await plane.stop();
    }
  });
});
