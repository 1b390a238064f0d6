import { TestDatabases } from '@backstage/backend-test-utils';
import { createHash } from 'node:crypto';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';
import {
  createOrders,
  createTools,
  ORDERS_PATH,
} from '../__testUtils__/orders';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const names = (tools: { name: string }[]) => tools.map(tool => tool.name);

describe.each(databases.eachSupportedId())('MCP servers, %s', databaseId => {
  let plane: TestControlPlane;
  let feed: ReturnType<typeof followFeed>;
  let knex: Awaited<ReturnType<typeof databases.init>>;
  let serverId: string;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    feed = followFeed(plane, ['key', 'subscription']);
    await createOrders(plane);
    await plane.as('acme-admin').post(`${ORDERS_PATH}/publish`);
    serverId = await createTools(plane, {
      toolset_id: 'order-tools',
      visibility: 'public',
      plans: ['basic'],
    });
    await createTools(plane, { toolset_id: 'private-tools' });
    await createTools(plane, { toolset_id: 'stopped-tools', enabled: false });
    await eventually(async () => {
      const { body } = await plane
        .as('consumer')
        .get(`/v1/mcp/servers/${serverId}`);
      if (!body.deployed) throw new Error('not deployed yet');
    });
  });
  afterAll(async () => {
    await feed.stop();
    await plane.stop();
  });

  const toolSet = '/v1/tenants/acme-corp/toolsets/order-tools';
  const gateway = () => plane.as('plugin:api-runtime');

  it('is found in the portal by everybody who may see it', async () => {
    const visitors: Record<string, [string, boolean][]> = {
      consumer: [['order-tools', true]],
      'acme-viewer': [
        ['order-tools', true],
        ['private-tools', true],
      ],
      'demo-admin': [['order-tools', true]],
    };
    for (const [who, servers] of Object.entries(visitors)) {
      const found = await plane.as(who).get('/v1/portal/servers?q=tools');
      expect(
        found.body.items
          .map((s: any) => [s.slug, s.permissions.subscribe])
          .sort(),
      ).toEqual(servers);
    }
    const tools = await plane.as('consumer').get('/v1/portal/tools?q=getorder');
    expect(tools.body.items).toMatchObject([
      {
        name: 'getOrder',
        full_name: 'acme-corp__order-tools__getOrder',
        server: { slug: 'order-tools', tenant_name: 'ACME Corporation' },
        deployed: true,
      },
    ]);
    expect(JSON.stringify(tools.body)).not.toMatch(/127\.0\.0\.1|binding/);
    const slugs = async (who: string) =>
      (await plane.as(who).get('/v1/mcp/servers?q=tools')).body.items
        .map((s: any) => `${s.slug} ${s.status}`)
        .sort();
    expect(await slugs('consumer')).toEqual(['order-tools active']);
    expect(await slugs('acme-viewer')).toEqual([
      'order-tools active',
      'private-tools active',
      'stopped-tools inactive',
    ]);
    const hidden = await plane
      .as('acme-viewer')
      .get('/v1/mcp/servers/acme-corp:private-tools/tools');
    expect(names(hidden.body.items)).toEqual(['getOrder', 'listOrders']);
    const one = `/v1/mcp/servers/acme-corp:order-tools`;
    const first = await plane.as('consumer').get(`${one}/tools?limit=1`);
    const second = await plane
      .as('consumer')
      .get(`${one}/tools?limit=1&cursor=${first.body.next_cursor}`);
    expect([
      ...names(first.body.items),
      ...names(second.body.items),
      second.body.next_cursor,
    ]).toEqual(['getOrder', 'listOrders', undefined]);
    expect(
      (await plane.as('consumer').get(`${one}/tools/getOrder`)).body.name,
    ).toBe('getOrder');
    expect(
      (await plane.as('consumer').get(one)).body.plan_details,
    ).toMatchObject([{ id: 'basic' }]);
    const cursor = Buffer.from('["x","y"]').toString('base64url');
    expect(
      (await plane.as('consumer').get(`/v1/portal/servers?cursor=${cursor}`))
        .status,
    ).toBe(400);
  });

  it('is subscribed to, approved once among twenty, suspended and revoked', async () => {
    const consumer = plane.as('consumer');
    const body = {
      server_id: serverId,
      plan: 'basic',
      tools: ['getOrder'],
      reason: 'Support desk',
    };
    for (const [field, value] of [
      ['plan', 'free'],
      ['tools', ['nothing']],
    ] as const) {
      const wrong = await consumer.post('/v1/mcp/subscriptions', {
        ...body,
        [field]: value,
      });
      expect(wrong.body.error.details[0].field).toContain(field);
    }
    const subscribed = await consumer
      .post('/v1/mcp/subscriptions', body)
      .set('Idempotency-Key', 'tools');
    expect(subscribed.status).toBe(201);
    const { subscription, api_key: key } = subscribed.body;
    expect(key).toMatch(/^stoa_mcp_[A-Za-z0-9]{32}$/);
    expect(subscription).toMatchObject({
      status: 'pending',
      tools: ['getOrder'],
      server_slug: 'order-tools',
      permissions: { cancel: true, approve: false },
    });
    const replay = await consumer
      .post('/v1/mcp/subscriptions', body)
      .set('Idempotency-Key', 'tools');
    expect(replay.body).toEqual({
      subscription,
      api_key: null,
      replayed: true,
    });
    expect(
      (await consumer.post('/v1/mcp/subscriptions', body)).body.error.code,
    ).toBe('stoa.subscription.exists');

    const keyHash = createHash('sha256').update(key).digest('hex');
    const byKey = async () =>
      (await gateway().post('/v1/gateways/lookup', { key_hash: keyHash })).body;
    const bySubject = async () =>
      (await gateway().post('/v1/gateways/lookup', { subject: 'consumer' }))
        .body.subscriptions;
    expect(await byKey()).toEqual({
      found: true,
      kind: 'mcp',
      status: 'pending',
      subscription_id: subscription.id,
      subscriber_id: 'consumer',
      tenant_id: 'acme-corp',
      server_id: serverId,
      tools: ['getOrder'],
      plan: 'basic',
      rate_limit: 60,
      burst: 10,
      quota_per_day: 20_000,
      expires_at: null,
    });
    expect(await bySubject()).toEqual([]);

    const path = `/v1/mcp/subscriptions/${subscription.id}`;
    const pending = await plane
      .as('acme-admin')
      .get('/v1/mcp/subscriptions/tenant/acme-corp/pending');
    expect(pending.body.items).toMatchObject([
      {
        id: subscription.id,
        subscriber_name: 'The consumer',
        permissions: { approve: true, reject: true, suspend: false },
      },
    ]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        plane.as('acme-admin').post(`${path}/approve`),
      ),
    );
    expect(answers.map(a => a.status).sort()).toEqual([
      200,
      ...Array(19).fill(409),
    ]);
    expect((await byKey()).status).toBe('active');
    expect(await bySubject()).toEqual([
      {
        subscription_id: subscription.id,
        server_id: serverId,
        tenant_id: 'acme-corp',
        tools: ['getOrder'],
        plan: 'basic',
        rate_limit: 60,
        burst: 10,
        quota_per_day: 20_000,
        expires_at: null,
      },
    ]);
    const expires = (at: Date | null) =>
      knex('mcp_subscriptions')
        .where({ id: subscription.id })
        .update({ expires_at: at?.toISOString() ?? null });
    await expires(new Date(Date.now() - 1000));
    expect(await bySubject()).toEqual([]);
    await expires(new Date(Date.now() + 60_000));
    expect(await bySubject()).toHaveLength(1);
    await expires(null);
    const seen = await consumer.get('/v1/portal/tools?q=order');
    expect(
      seen.body.items.map((t: any) => [t.name, t.subscription.granted]),
    ).toEqual([
      ['getOrder', true],
      ['listOrders', false],
    ]);
    const server = await consumer.get(`/v1/mcp/servers/${serverId}`);
    expect(server.body).toMatchObject({
      subscription: { status: 'active', tools: ['getOrder'] },
      permissions: { subscribe: false, call: true },
    });
    await eventually(async () => {
      expect(plane.notifications.map(n => n.payload.title)).toEqual(
        expect.arrayContaining([
          'A subscription to the tools of order-tools waits for your approval',
          'Your subscription to the tools of order-tools is active',
        ]),
      );
      expect(plane.signals.map(s => (s.message as any).topic)).toEqual(
        expect.arrayContaining(['toolset-created', 'subscription-approved']),
      );
      expect(feed.known.has(`key ${keyHash}`)).toBe(true);
    });

    const used = await plane.as('acme-admin').get(toolSet);
    const deletion = await plane
      .as('acme-admin')
      .delete(toolSet)
      .set('If-Match', used.headers.etag);
    expect(deletion.body.error.code).toBe('stoa.toolset.in_use');

    feed.heard.length = 0;
    const admin = plane.as('acme-admin');
    const reason = { reason: 'Looked at' };
    expect((await admin.post(`${path}/suspend`, reason)).body).toMatchObject({
      status: 'suspended',
      permissions: { reactivate: true },
    });
    expect(await bySubject()).toEqual([]);
    const { approved_at: approvedAt } = (await consumer.get(path)).body;
    const active = await admin.post(`${path}/reactivate`);
    expect(active.body).toMatchObject({
      status: 'active',
      approved_at: approvedAt,
    });
    const revoked = await admin.post(`${path}/revoke`, {
      reason: 'Contract ended',
    });
    expect(revoked.body).toMatchObject({
      status: 'revoked',
      status_reason: 'Contract ended',
    });
    expect(await bySubject()).toEqual([]);
    expect((await byKey()).status).toBe('revoked');
    await eventually(async () => {
      expect(feed.heard.filter(h => /key|subscription/.test(h))).toEqual([
        `delete key ${keyHash}`,
        'put subscription subject:consumer',
        `put key ${keyHash}`,
        'put subscription subject:consumer',
        `delete key ${keyHash}`,
        'put subscription subject:consumer',
      ]);
    });
    const history = await consumer.get(`${path}/history`);
    expect(history.body.items.map((e: { event: string }) => e.event)).toEqual([
      'subscription-created',
      'subscription-approved',
      'subscription-suspended',
      'subscription-reactivated',
      'subscription-revoked',
    ]);
    const own = await plane
      .as('acme-admin')
      .post('/v1/mcp/subscriptions', { server_id: serverId, plan: 'basic' });
    const ownApproval = await admin.post(
      `/v1/mcp/subscriptions/${own.body.subscription.id}/approve`,
    );
    expect(ownApproval.body.error.code).toBe('stoa.subscription.own_request');
    await admin.delete(`/v1/mcp/subscriptions/${own.body.subscription.id}`);
  });
});
