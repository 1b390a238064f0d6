import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';
import { hashKey } from '../subscriptions/keys';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('tenants, %s', databaseId => {
  let plane: TestControlPlane;
  let knex: Knex;
  const feeds: { stop(): Promise<void> }[] = [];

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
  });
  afterEach(() => Promise.all(feeds.splice(0).map(feed => feed.stop())));
  afterAll(() => plane.stop());

  const root = () => plane.as('platform-admin');
  const at = (id: string, rest = '') => `/v1/tenants/${id}${rest}`;
  const file = async (id: string) => {
    const head = (await plane.repository.head())!;
    const found = await plane.repository.read(
      head,
      `tenants/${id}/tenant.yaml`,
    );
    return found?.toString('utf8');
  };
  const push = (path: string, content?: string) =>
    plane.repository.commit({
      changes: [{ path, content }],
      message: 'From outside',
      author: { name: 'Nobody', email: 'nobody@example.com' },
    });

  async function ready(id: string) {
    await eventually(async () => {
      const { body } = await root().get(at(id, '/provisioning'));
      expect(body.status).toBe('ready');
    });
  }

  /** A tenant with an API that `consumer` is subscribed to, and which is deployed. */
  async function busyTenant(id: string) {
    await root().post('/v1/tenants', {
      id,
      display_name: id,
      portal_visibility: 'public',
    });
    await ready(id);
    await root().post(at(id, '/apis'), {
      api_id: 'orders',
      display_name: 'Orders',
      version: '1.0.0',
      visibility: 'public',
      environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
      definition:
        'openapi: 3.0.3\ninfo: { title: O, version: 1.0.0 }\npaths: {}\n',
    });
    await root().post(at(id, '/apis/orders/publish'));
    await eventually(async () => {
      const { body } = await root().get(at(id, '/runtime'));
      expect(body.items).toHaveLength(1);
    });
    const application = await plane
      .as('consumer')
      .post('/v1/applications', { name: id });
    const made = await plane.as('consumer').post('/v1/subscriptions', {
      application_id: application.body.id,
      tenant_id: id,
      api_id: 'orders',
      plan: 'free',
    });
    const { id: subscription } = made.body.subscription;
    await root().post(`/v1/subscriptions/${subscription}/approve`, {});
    return { subscription, key: made.body.api_key as string };
  }
  const lookup = async (key: string) =>
    (
      await plane
        .as('plugin:api-runtime')
        .post('/v1/gateways/lookup', { key_hash: hashKey(key) })
    ).body.status;
  const validate = (key: string) =>
    plane
      .as('plugin:api-runtime')
      .post('/v1/subscriptions/validate-key', { api_key: key });

  it('are created in Git, and given what they need', async () => {
    const created = await root().post('/v1/tenants', {
      id: 'globex',
      display_name: 'Globex',
      description: 'Makes things',
      settings: { max_apis: 3, supported_environments: ['dev'] },
      tags: ['new'],
    });
    expect(created.status).toBe(201);
    expect(created.headers.location).toMatch(/\/v1\/tenants\/globex$/);
    expect(created.body).toMatchObject({
      id: 'globex',
      status: 'active',
      portal_visibility: 'private',
      settings: {
        max_apis: 3,
        max_applications: 100,
        supported_environments: ['dev'],
      },
    });
    expect(await file('globex')).toMatch(/kind: Tenant[^]*displayName: Globex/);
    await ready('globex');
    const { body } = await root().get(at('globex', '/provisioning'));
    expect(body.steps).toEqual(
      ['git-folder', 'identity-groups', 'default-plans'].map(name => ({
        name,
        status: 'done',
        attempts: 1,
        message: expect.any(String),
        started_at: expect.any(String),
        completed_at: expect.any(String),
      })),
    );
    const plans = await root().get(at('globex', '/plans'));
    expect(plans.body.items.map((p: { id: string }) => p.id)).toEqual([
      'free',
      'basic',
      'pro',
    ]);
    await eventually(async () => {
      const audit = await root().get(at('globex', '/audit'));
      expect(
        audit.body.items.map((e: { action: string }) => e.action).sort(),
      ).toEqual(['stoa.tenant.create', 'stoa.tenant.provision']);
    });
  });

  it('have an id that is free, and once', async () => {
    const create = (id: string) =>
      root().post('/v1/tenants', { id, display_name: 'T' });
    for (const id of ['admin', 'stoa-x', 'Upper', 'a--b', 'x'.repeat(41)]) {
      const { status, body } = await create(id);
      expect([id, status, body.error.details[0].field]).toEqual([
        id,
        400,
        'id',
      ]);
    }
    const race = await Promise.all(
      Array.from({ length: 8 }, () => create('one')),
    );
    expect(race.map(r => r.body.error?.code ?? r.status).sort()).toEqual([
      201,
      ...Array(7).fill('stoa.tenant.exists'),
    ]);
    await ready('one');
  });

  it('are changed by who read them, and keep what we do not read', async () => {
    await push(
      'tenants/initech/tenant.yaml',
      `# Kept by hand.
apiVersion: stoa.cab-i.com/v1alpha1
kind: Tenant
metadata: { name: initech }
spec:
  displayName: Initech
  description: Old
  owner: { email: boss@initech.example }
`,
    );
    await plane.sweep();
    // The next write brings the projection along.
    await root().post('/v1/tenants', { id: 'two', display_name: 'Two' });
    const { headers } = await root().get(at('initech'));
    const put = (etag?: string) => {
      const call = root().put(at('initech'), {
        display_name: 'Initech 2',
        settings: { max_apis: 7 },
      });
      return etag === undefined ? call : call.set('If-Match', etag);
    };
    expect((await put()).status).toBe(428);
    expect((await put('"other"')).status).toBe(412);
    const changed = await put(headers.etag);
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(headers.etag);
    expect(changed.body).toMatchObject({
      display_name: 'Initech 2',
      settings: { max_apis: 7 },
    });
    expect(changed.body.description).toBeUndefined();
    expect((await put(headers.etag)).status).toBe(412);
    const text = await file('initech');
    expect(text).toMatch(/^# Kept by hand\./);
    expect(text).toMatch(/boss@initech\.example/);
    expect(text).not.toMatch(/description/);
  });

  it('keep an environment while something is deployed there', async () => {
    await busyTenant('umbrella');
    const { headers } = await root().get(at('umbrella'));
    const refused = await root()
      .put(at('umbrella'), {
        display_name: 'Umbrella',
        settings: { supported_environments: ['staging'] },
      })
      .set('If-Match', headers.etag);
    expect(refused.body.error).toMatchObject({
      code: 'stoa.tenant.in_use',
      details: { environment: 'dev' },
    });
  });

  it('are unreachable while they are suspended, and as before afterwards', async () => {
    const { key } = await busyTenant('hooli');
    const route = 'route dev/hooli/orders/1.0.0';
    const feed = followFeed(plane, ['route', 'tenant', 'entity']);
    feeds.push(feed);
    const known = feed.known;
    await eventually(async () => expect(known.has(route)).toBe(true));
    expect(await lookup(key)).toBe('active');
    expect((await validate(key)).status).toBe(200);

    const moves = await Promise.all(
      Array.from({ length: 20 }, () =>
        root().post(at('hooli', '/suspend'), { reason: 'No contract' }),
      ),
    );
    expect(moves.map(m => m.body.error?.code ?? m.status).sort()).toEqual([
      200,
      ...Array(19).fill('stoa.tenant.illegal_transition'),
    ]);
    const [lost] = moves.filter(m => m.status !== 200);
    expect(lost.body.error.details).toEqual({
      status: 'suspended',
      move: 'suspend',
    });
    await eventually(async () => expect(known.has(route)).toBe(false), 1_000);
    await eventually(async () =>
      expect(feed.heard).toContain('delete tenant hooli'),
    );
    expect(await lookup(key)).toBe('suspended');
    const refused = await validate(key);
    expect(refused.body.error.code).toBe('stoa.key.not_active');
    const fresh = followFeed(plane, ['route']);
    feeds.push(fresh);
    await eventually(async () => expect(fresh.known.size).toBeGreaterThan(0));
    expect(fresh.known.has(route)).toBe(false);
    const portal = await plane.as('consumer').get('/v1/portal/apis?limit=100');
    expect(
      portal.body.items.filter((a: any) => a.tenant_id === 'hooli'),
    ).toEqual([]);
    const publish = await root().post(at('hooli', '/apis/orders/publish'));
    expect(publish.body.error.code).toBe('stoa.tenant.suspended');
    // Git does not open what was closed.
    const text = await file('hooli');
    await push('tenants/hooli/tenant.yaml', `${text}\n# touched\n`);
    await root().post('/v1/tenants', { id: 'three', display_name: 'Three' });
    expect((await root().get(at('hooli'))).body).toMatchObject({
      status: 'suspended',
      status_reason: 'No contract',
    });

    expect((await root().post(at('hooli', '/activate'))).status).toBe(200);
    await eventually(async () => expect(known.has(route)).toBe(true), 1_000);
    expect(await lookup(key)).toBe('active');
    expect((await validate(key)).status).toBe(200);
    const again = await root().post(at('hooli', '/activate'));
    expect(again.body.error.code).toBe('stoa.tenant.illegal_transition');
  });

  it('are archived for good, with force while something is deployed', async () => {
    const { key, subscription } = await busyTenant('enron');
    const feed = followFeed(plane, ['route']);
    feeds.push(feed);
    const route = 'route dev/enron/orders/1.0.0';
    await eventually(async () => expect(feed.known.has(route)).toBe(true));

    await push('tenants/enron/tenant.yaml');
    await root().post('/v1/tenants', { id: 'four', display_name: 'Four' });
    expect((await root().get(at('enron'))).body.status).toBe('active');
    const [{ reason }] = await knex('quarantine').where({ tenant_id: 'enron' });
    expect(reason).toMatch(/deployed/);
    await push(
      'tenants/enron/tenant.yaml',
      'apiVersion: stoa.cab-i.com/v1alpha1\nkind: Tenant\nmetadata: { name: enron }\nspec: { displayName: Enron }\n',
    );
    await root().post('/v1/tenants', { id: 'five', display_name: 'Five' });

    const refused = await root().post(at('enron', '/archive'));
    expect(refused.body.error.code).toBe('stoa.tenant.in_use');
    const { headers } = await root().get(at('enron'));
    expect((await root().delete(at('enron', '?force=true'))).status).toBe(428);
    const gone = await root()
      .delete(at('enron', '?force=true'))
      .set('If-Match', headers.etag);
    expect(gone.status).toBe(204);
    expect(await file('enron')).toBeUndefined();
    await eventually(async () => expect(feed.known.has(route)).toBe(false));
    expect(await lookup(key)).toBe('revoked');
    const { body } = await plane
      .as('consumer')
      .get(`/v1/subscriptions/${subscription}`);
    expect(body).toMatchObject({ status: 'revoked' });
    expect((await root().get(at('enron'))).body.status).toBe('archived');
    expect((await root().get(at('enron', '/audit'))).status).toBe(200);
    for (const move of ['activate', 'archive']) {
      const { body: answer } = await root().post(at('enron', `/${move}`));
      expect(answer.error.code).toBe('stoa.tenant.illegal_transition');
    }
    const taken = await root().post('/v1/tenants', {
      id: 'enron',
      display_name: 'Enron',
    });
    expect(taken.body.error.code).toBe('stoa.tenant.exists');
  });

  it('take as many applications as they may, however many come at once', async () => {
    await busyTenant('acorn');
    const { headers } = await root().get(at('acorn'));
    await root()
      .put(at('acorn'), {
        display_name: 'Acorn',
        portal_visibility: 'public',
        settings: { max_applications: 4 },
      })
      .set('If-Match', headers.etag);
    const consumer = plane.as('consumer');
    const applications = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        consumer.post('/v1/applications', { name: `Acorn ${n}` }),
      ),
    );
    const subscribe = (id: string) =>
      consumer.post('/v1/subscriptions', {
        application_id: id,
        tenant_id: 'acorn',
        api_id: 'orders',
        plan: 'free',
      });
    const answers = await Promise.all(
      applications.map(a => subscribe(a.body.id)),
    );
    const codes = answers.map(a => a.body.error?.code ?? a.status);
    // One of four is taken.
    expect(codes.filter(code => code === 201)).toHaveLength(3);
    expect(
      codes.filter(code => code === 'stoa.tenant.quota_exceeded'),
    ).toHaveLength(17);
    const usage = await root().get(at('acorn', '/usage-of-quota'));
    expect(usage.body).toEqual({
      apis: { used: 1, max: 50 },
      applications: { used: 4, max: 4 },
    });
    // Who leaves makes room.
    const made = answers.find(a => a.status === 201)!;
    await consumer.delete(`/v1/subscriptions/${made.body.subscription.id}`);
    const refused = applications[codes.indexOf('stoa.tenant.quota_exceeded')];
    expect((await subscribe(refused.body.id)).status).toBe(201);
  });

  it('make as many APIs as they may, however many come at once', async () => {
    await root().post('/v1/tenants', {
      id: 'oak',
      display_name: 'Oak',
      settings: { max_apis: 3 },
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        root().post(at('oak', '/apis'), {
          api_id: `api-${n}`,
          display_name: 'API',
          version: '1.0.0',
          visibility: 'private',
          environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
          definition:
            'openapi: 3.0.3\ninfo: { title: O, version: 1.0.0 }\npaths: {}\n',
        }),
      ),
    );
    expect(answers.map(a => a.body.error?.code ?? a.status).sort()).toEqual([
      ...Array(3).fill(201),
      ...Array(17).fill('stoa.tenant.quota_exceeded'),
    ]);
    const usage = await root().get(at('oak', '/usage-of-quota'));
    expect(usage.body.apis).toEqual({ used: 3, max: 3 });
  });
});
