import { TestDatabases } from '@backstage/backend-test-utils';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { fromJson } from '../database/values';

jest.setTimeout(120_000);

const tenant = '/v1/tenants/acme-corp';
const SUNSET = '2099-12-31T00:00:00.000Z';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('the life of APIs, %s', id => {
  let knex: Awaited<ReturnType<typeof databases.init>>;
  let plane: TestControlPlane;
  let admin: ReturnType<TestControlPlane['as']>;

  beforeEach(async () => {
    knex = await databases.init(id);
    plane = await startControlPlane({ knex });
    admin = plane.as('acme-admin');
  });
  afterEach(() => plane.stop());

  async function subscribe(api = 'crm-api') {
    const consumer = plane.as('consumer');
    const application = await consumer.post('/v1/applications', {
      name: 'Shop',
    });
    const made = await consumer.post('/v1/subscriptions', {
      application_id: application.body.id,
      tenant_id: 'acme-corp',
      api_id: api,
      plan: 'free',
    });
    return made.body.subscription?.id as string;
  }

  async function runs(api: string) {
    await admin.post(`${tenant}/apis/${api}/publish`);
    await eventually(async () => {
      const { body } = await admin.get(`${tenant}/apis/${api}`);
      expect(body.deployed).toHaveLength(1);
      const where = { api_id: api, status: 'running' };
      expect(await knex('deployments').where(where)).toEqual([]);
    });
  }

  /** The payloads of the first events of a type, in their order, as a webhook is sent them. */
  async function told(count: number) {
    return eventually(async () => {
      const rows = await knex('webhook_deliveries').orderBy('id');
      expect(rows).toHaveLength(count);
      return rows.map(row => fromJson<any>(row.payload).payload);
    });
  }

  it('deprecates with a sunset and a successor, told once for each change', async () => {
    await admin.post(`${tenant}/webhooks`, {
      url: 'http://127.0.0.1:7011/hook',
      events: ['api-deprecated'],
      enabled: true,
    });
    const url = `${tenant}/apis/crm-api/deprecate`;
    const field = async (body: object) => {
      const answer = await admin.post(url, body);
      return [answer.status, answer.body.error?.details[0].field];
    };
    expect(await field({ sunset: '2020-01-01T00:00:00Z' })).toEqual([
      400,
      'sunset',
    ]);
    expect(await field({ sunset: 'soon' })).toEqual([400, 'sunset']);
    for (const successor of ['crm-api', 'nothing', 'weather-api'])
      expect(await field({ successor })).toEqual([400, 'successor']);

    const said = { sunset: SUNSET, successor: 'billing-api' };
    const first = await admin.post(url, said);
    expect(first.body).toMatchObject({
      status: 'deprecated',
      deprecation: said,
    });
    expect(first.headers.etag).toMatch(/^"[0-9a-f]{40}"$/);
    await admin.post(url, said);
    expect(await told(1)).toEqual([
      {
        api_id: 'crm-api',
        api_name: 'CRM API',
        version: '1.0.0',
        ...said,
      },
    ]);
    const later = await admin.post(url, {});
    expect(later.body.deprecation).toBeUndefined();
    expect(await told(2)).toHaveLength(2);

    expect(await subscribe()).toBeUndefined();
    const shown = await plane
      .as('consumer')
      .get('/v1/portal/apis/acme-corp:crm-api');
    expect(shown.body.status).toBe('deprecated');
    const back = await admin.post(`${tenant}/apis/crm-api/publish`);
    expect([back.status, back.body.error.details.status]).toEqual([
      409,
      'deprecated',
    ]);
  });

  it('lets two not end for each other', async () => {
    await runs('crm-api');
    const pair = ['crm-api', 'billing-api'];
    await admin.post(`${tenant}/apis/billing-api/publish`);
    const answers = await Promise.all(
      pair.map((api, n) =>
        admin.post(`${tenant}/apis/${api}/deprecate`, {
          successor: pair[1 - n],
        }),
      ),
    );
    expect(answers.map(a => a.status).sort()).toEqual([200, 400]);
    const stays = pair[answers.findIndex(a => a.status === 400)];
    const { body } = await admin.get(`${tenant}/apis/${stays}`);
    expect(body.status).toBe('published');
  });

  it('shows consumers what comes after it, while it is there', async () => {
    await runs('crm-api');
    await admin.post(`${tenant}/apis/billing-api/publish`);
    await admin.post(`${tenant}/apis/crm-api/deprecate`, {
      sunset: SUNSET,
      successor: 'billing-api',
    });
    const shown = async () =>
      (await plane.as('consumer').get('/v1/portal/apis/acme-corp:crm-api')).body
        .deprecation;
    expect(await shown()).toEqual({
      sunset: SUNSET,
      successor: 'billing-api',
    });
    await admin.post(`${tenant}/apis/billing-api/retire?force=true`);
    expect(await shown()).toEqual({ sunset: SUNSET });
  });

  it('is deprecated or deleted, whichever comes first', async () => {
    const rounds = id === 'SQLITE_3' ? 3 : 20;
    for (let round = 0; round < rounds; round++) {
      const api = `short-${round}`;
      const made = await admin.post(`${tenant}/apis`, {
        api_id: api,
        display_name: api,
        version: '1.0.0',
        visibility: 'public',
        environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
        definition:
          'openapi: 3.0.3\ninfo: { title: T, version: 1.0.0 }\npaths: {}\n',
      });
      expect(made.status).toBe(201);
      const item = `${tenant}/apis/${api}`;
      // Published without a deployment, as a push would.
      await knex('apis').where({ api_id: api }).update({ status: 'published' });
      const { headers } = await admin.get(item);
      const [ended, gone] = await Promise.all([
        admin.post(`${item}/deprecate`, {}),
        admin.delete(item).set('If-Match', headers.etag),
      ]);
      expect([
        [200, 412],
        [404, 204],
      ]).toContainEqual([ended.status, gone.status]);
      const left = await admin.get(item);
      expect(left.status).toBe(gone.status === 204 ? 404 : 200);
      // The tenant may have only so many.
      if (left.status === 200)
        await admin.delete(item).set('If-Match', left.headers.etag);
    }
    expect(await knex('quarantine')).toEqual([]);
  });

  it('retires what nobody uses, and with force what somebody does', async () => {
    await runs('crm-api');
    const subscription = await subscribe();
    const url = `${tenant}/apis/crm-api/retire`;
    const refused = await admin.post(url);
    expect([refused.status, refused.body.error.details]).toEqual([
      409,
      { subscriptions: 1, routes: 1, deployments: 0, toolsets: 0 },
    ]);
    const retired = await admin.post(`${url}?force=true`);
    expect(retired.body).toMatchObject({ status: 'retired' });
    const seen = await plane
      .as('consumer')
      .get(`/v1/subscriptions/${subscription}`);
    expect(seen.body).toMatchObject({
      status: 'revoked',
      status_reason: 'The API was retired.',
    });
    expect(await knex('runtime_routes').where({ api_id: 'crm-api' })).toEqual(
      [],
    );
    expect((await admin.post(url)).status).toBe(200);
    const deployed = await admin.post('/v1/deployments', {
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      environment: 'dev',
    });
    expect(deployed.body.error.code).toBe('stoa.deployment.illegal_transition');
    const hidden = await plane
      .as('consumer')
      .get('/v1/portal/apis/acme-corp:crm-api');
    expect(hidden.status).toBe(404);
  });

  it('deletes by force whatever hangs on it, and keeps what was', async () => {
    await runs('crm-api');
    const subscription = await subscribe();
    const toolSet = await admin.post(`${tenant}/toolsets`, {
      toolset_id: 'crm-tools',
      display_name: 'Tools',
      api_id: 'crm-api',
      visibility: 'public',
    });
    const tools = await plane.as('consumer').post('/v1/mcp/subscriptions', {
      server_id: toolSet.body.id,
      plan: 'free',
    });
    expect(tools.status).toBe(201);
    const item = `${tenant}/apis/crm-api`;
    const { headers } = await admin.get(item);
    const remove = (query: string) =>
      admin.delete(item + query).set('If-Match', headers.etag);

    const refused = await remove('');
    expect([refused.status, refused.body.error.details]).toEqual([
      409,
      { subscriptions: 1, routes: 1, deployments: 0, toolsets: 1 },
    ]);
    expect((await remove('?force=true')).status).toBe(204);
    expect((await admin.get(item)).status).toBe(404);
    expect((await admin.get(`${tenant}/toolsets/crm-tools`)).status).toBe(404);
    expect(await knex('runtime_routes').where({ api_id: 'crm-api' })).toEqual(
      [],
    );
    expect(await knex('quarantine')).toEqual([]);
    for (const [table, key] of [
      ['subscriptions', subscription],
      ['mcp_subscriptions', tools.body.subscription.id],
    ]) {
      const row = await knex(table).where({ id: key }).first();
      expect(row.status).toBe('revoked');
    }
    const head = (await plane.repository.head())!;
    const files = await plane.repository.list(head, 'tenants/acme-corp');
    expect(files.filter(file => file.path.includes('crm-'))).toEqual([]);
    const audit = await eventually(async () => {
      const { body } = await admin.get(
        `${tenant}/audit?action=stoa.api.delete`,
      );
      expect(body.items.length).toBeGreaterThan(1);
      return body.items;
    });
    expect(audit.map((row: any) => row.resource)).toContain(
      'api:acme-corp/crm-api',
    );
  });

  it('lets one of many deprecations at the same time follow the other', async () => {
    await runs('crm-api');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        admin.post(
          `${tenant}/apis/crm-api/${
            n % 4 === 3 ? 'retire?force=true' : 'deprecate'
          }`,
          n % 4 === 3
            ? undefined
            : { sunset: `2099-01-0${1 + (n % 9)}T00:00:00Z` },
        ),
      ),
    );
    const codes = answers.map(a => a.body.error?.code ?? a.body.status);
    expect(
      codes.filter(
        code =>
          !['deprecated', 'retired', 'stoa.api.illegal_transition'].includes(
            code,
          ),
      ),
    ).toEqual([]);
    expect(codes).toContain('retired');
    const { body } = await admin.get(`${tenant}/apis/crm-api`);
    expect(body.status).toBe('retired');
  });
});
