import { TestDatabases } from '@backstage/backend-test-utils';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const TRACES = '/v1/tenants/acme-corp/traces';

describe.each(databases.eachSupportedId())('traces, %s', databaseId => {
  let plane: TestControlPlane;

  const list = async (query = '') =>
    (await plane.as('acme-viewer').get(`${TRACES}?${query}`)).body
      .items as Record<string, any>[];

  beforeAll(async () => {
    plane = await startControlPlane({ knex: await databases.init(databaseId) });
    // The fixture's own deployments.
    await eventually(async () => {
      if ((await list('status=success')).length < 2) throw new Error('not yet');
    });
  });
  afterAll(() => plane.stop());

  it('tell of what was done for a tenant, step by step', async () => {
    const [newest, oldest] = await list();
    expect(newest.id > oldest.id).toBe(true);
    expect(newest).toMatchObject({
      tenant_id: 'acme-corp',
      version: '1.0.0',
      environment: 'dev',
      status: 'success',
      deployment_id: expect.any(String),
      duration_ms: expect.any(Number),
    });
    expect(newest).not.toHaveProperty('steps');
    const one = await plane.as('acme-viewer').get(`${TRACES}/${newest.id}`);
    expect(one.body).toMatchObject(newest);
    expect(one.body.steps.map((s: any) => s.status)).not.toContain('pending');
    expect(one.body.steps[0]).toMatchObject({
      name: 'fetch-spec',
      status: 'success',
      message: expect.stringContaining('bytes at commit'),
    });
  });

  it('are narrowed, paged, and hidden from others', async () => {
    const all = await list();
    const [crm] = await list('api_id=crm-api');
    expect(crm.api_id).toBe('crm-api');
    expect(await list(`correlation_id=${crm.correlation_id}`)).toEqual(
      all.filter(t => t.correlation_id === crm.correlation_id),
    );
    expect(await list('status=failed')).toEqual([]);
    expect(await list('environment=production')).toEqual([]);
    expect(await list('from=2999-01-01T00:00:00Z')).toEqual([]);
    const page = await plane.as('acme-viewer').get(`${TRACES}?limit=1`);
    const rest = await list(`cursor=${page.body.next_cursor}`);
    expect([...page.body.items, ...rest]).toEqual(all);

    const foreign = plane.as('demo-admin');
    expect((await foreign.get(`${TRACES}/${crm.id}`)).status).toBe(404);
    const theirs = '/v1/tenants/demo-tenant/traces';
    expect((await foreign.get(`${theirs}/${crm.id}`)).status).toBe(404);
    const items = (await foreign.get(theirs)).body.items;
    expect(items.every((t: any) => t.tenant_id === 'demo-tenant')).toBe(true);
  });
});
