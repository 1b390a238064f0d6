import { TestDatabases } from '@backstage/backend-test-utils';
import { v7 as uuid } from 'uuid';
import { startControlPlane, TestControlPlane } from '../__testUtils__';

jest.setTimeout(120_000);

const tenant = '/v1/tenants/acme-corp';
const DAY_MS = 86_400_000;

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('consumers of an API, %s', id => {
  let plane: TestControlPlane;
  let ids: Record<'shop' | 'till' | 'tools', string>;

  beforeAll(async () => {
    plane = await startControlPlane({ knex: await databases.init(id) });
    const made = await plane.as('acme-admin').post(`${tenant}/toolsets`, {
      toolset_id: 'crm-tools',
      display_name: 'CRM tools',
      api_id: 'crm-api',
      visibility: 'public',
    });
    const tools = await plane
      .as('consumer')
      .post('/v1/mcp/subscriptions', { server_id: made.body.id, plan: 'free' });
    ids = {
      shop: await subscribe('consumer', 'Shop'),
      till: await subscribe('other-consumer', 'Till'),
      tools: tools.body.subscription.id,
    };
    const call = (more: object, daysAgo = 1) => ({
      event_id: uuid(),
      timestamp: new Date(Date.now() - daysAgo * DAY_MS).toISOString(),
      kind: 'api',
      tenant_id: 'acme-corp',
      api: 'crm-api',
      version: '1.0.0',
      status: 'success',
      latency_ms: 1,
      ...more,
    });
    const shop = { subscription_id: ids.shop, subject: 'consumer' };
    const tool = { kind: 'tool', server: 'crm-tools', tool: 'find' };
    await plane.as('plugin:api-runtime').post('/v1/gateways/events', {
      metering: [
        call(shop, 3),
        call({ ...shop, version: '2.0.0', status: 'error' }, 2),
        call({ subscription_id: ids.till }, 45),
        call({ ...tool, subject: 'consumer' }),
        // Of nobody in the list.
        call({ ...tool, subject: 'acme-viewer' }),
        call({ ...tool, server: 'other', subject: 'consumer' }),
        call({ ...shop, api: 'billing-api' }),
        call({ ...shop, tenant_id: 'demo' }),
      ],
    });
  });
  afterAll(() => plane.stop());

  async function subscribe(who: string, name: string): Promise<string> {
    const consumer = plane.as(who);
    const application = await consumer.post('/v1/applications', { name });
    const subscribed = await consumer.post('/v1/subscriptions', {
      application_id: application.body.id,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'free',
    });
    return subscribed.body.subscription.id;
  }

  async function listed(query = '') {
    const { status, body } = await plane
      .as('acme-viewer')
      .get(`${tenant}/apis/crm-api/consumers?${query}`);
    expect([status, body.error]).toEqual([200, undefined]);
    return body.items as any[];
  }

  const names = (items: any[]) =>
    items.map(item => item.application_name ?? item.server);

  it('are told with their calls, those of tools too', async () => {
    const items = await listed();
    expect(names(items)).toEqual(['Till', 'Shop', 'crm-tools']);
    const [till, shop, tools] = items;
    expect(shop).toMatchObject({
      kind: 'application',
      subscription_id: ids.shop,
      owner_ref: 'user:default/consumer',
      subscriber_id: 'consumer',
      plan: 'free',
      status: 'pending',
      calls: 2,
      versions: ['1.0.0', '2.0.0'],
    });
    expect(Date.now() - Date.parse(shop.last_call_at)).toBeLessThan(
      2.1 * DAY_MS,
    );
    expect(till).toMatchObject({ calls: 0, versions: [] });
    expect(till.last_call_at).toBeUndefined();
    expect(tools).toMatchObject({
      kind: 'tools',
      subscription_id: ids.tools,
      server: 'crm-tools',
      calls: 1,
    });
  });

  it('can be only those who still call', async () => {
    expect(names(await listed('calling=true'))).toEqual(['Shop', 'crm-tools']);
    const earlier = await listed('calling=true&days=90');
    expect(names(earlier)).toEqual(['Till', 'Shop', 'crm-tools']);
    expect(earlier[0].calls).toBe(1);
    expect(names(await listed('calling=true&days=1'))).toEqual([]);
  });

  it('are those who may call, unless others are asked for', async () => {
    await plane
      .as('acme-admin')
      .post(`/v1/subscriptions/${ids.till}/revoke`, { reason: 'Gone' });
    expect(names(await listed())).toEqual(['Shop', 'crm-tools']);
    expect(names(await listed('status=revoked'))).toEqual(['Till']);
    const unknown = await plane
      .as('acme-viewer')
      .get(`${tenant}/apis/nothing/consumers`);
    expect(unknown.status).toBe(404);
  });
});
