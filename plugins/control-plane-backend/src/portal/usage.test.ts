import { TestDatabases } from '@backstage/backend-test-utils';
import { v7 as uuid } from 'uuid';
import { startControlPlane, TestControlPlane } from '../__testUtils__';

jest.setTimeout(120_000);

const DAY_MS = 86_400_000;
const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('my usage in the portal, %s', id => {
  let plane: TestControlPlane;
  let ids: { shop: string; tools: string };

  beforeAll(async () => {
    plane = await startControlPlane({ knex: await databases.init(id) });
    const server = await plane
      .as('acme-admin')
      .post('/v1/tenants/acme-corp/toolsets', {
        toolset_id: 'crm-tools',
        display_name: 'CRM tools',
        api_id: 'crm-api',
        visibility: 'public',
      });
    const tools = await plane.as('consumer').post('/v1/mcp/subscriptions', {
      server_id: server.body.id,
      plan: 'free',
    });
    ids = {
      tools: tools.body.subscription.id,
      shop: await subscribe('consumer'),
    };
    await subscribe('other-consumer');
    const call = (more: object, at = Date.now()) => ({
      event_id: uuid(),
      timestamp: new Date(at).toISOString(),
      kind: 'api',
      tenant_id: 'acme-corp',
      api: 'crm-api',
      subject: 'consumer',
      status: 'success',
      latency_ms: 1,
      ...more,
    });
    const shop = { subscription_id: ids.shop };
    const tool = { kind: 'tool', server: 'crm-tools', tool: 'find' };
    await plane.as('plugin:api-runtime').post('/v1/gateways/events', {
      metering: [
        call(shop),
        call({ ...shop, status: 'error' }),
        call({ ...shop, status: 'rate_limited' }),
        call(shop, Date.now() - 60 * DAY_MS),
        call(tool),
        // Of somebody else, or through something else.
        call({ ...tool, subject: 'acme-viewer' }),
        call({ ...tool, tenant_id: 'demo-tenant' }),
        call({ subscription_id: uuid() }),
      ],
    });
  });
  afterAll(() => plane.stop());

  async function subscribe(who: string): Promise<string> {
    const application = await plane
      .as(who)
      .post('/v1/applications', { name: 'Shop' });
    const made = await plane.as(who).post('/v1/subscriptions', {
      application_id: application.body.id,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'free',
    });
    return made.body.subscription.id;
  }

  const usage = async (query = '') =>
    (await plane.as('consumer').get(`/v1/portal/usage?${query}`)).body.items;

  it('is told by subscription, with what is left of the quota', async () => {
    const common = { tenant_id: 'acme-corp', api_id: 'crm-api', plan: 'free' };
    const [shop, tools, ...more] = await usage();
    expect(more).toEqual([]);
    expect(shop).toMatchObject({
      ...common,
      kind: 'application',
      subscription_id: ids.shop,
      application_name: 'Shop',
      name: 'CRM API',
      status: 'pending',
      calls: 3,
      errors: 1,
      rate_limited: 1,
      used_today: 2,
      used_this_month: 2,
      quota_per_day: 1_000,
    });
    expect(tools).toMatchObject({
      ...common,
      kind: 'tools',
      subscription_id: ids.tools,
      server: 'crm-tools',
      name: 'CRM tools',
      calls: 1,
      used_today: 1,
    });
    expect(Date.parse(shop.last_call_at)).toBeGreaterThan(Date.now() - DAY_MS);
  });

  it('looks as far back as it is asked', async () => {
    expect((await usage('days=90'))[0]).toMatchObject({
      calls: 4,
      used_today: 2,
    });
    expect(await usage('status=revoked')).toEqual([]);
  });
});
