import { TestDatabases } from '@backstage/backend-test-utils';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { followFeed } from '../__testUtils__/followFeed';
import {
  change,
  createOrders,
  ORDERS_DEFINITION,
  ORDERS_PATH as api,
} from '../__testUtils__/orders';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const names = (tools: { name: string }[]) => tools.map(tool => tool.name);

const manifestOf = (
  tenant: string,
  id: string,
) => `apiVersion: stoa.cab-i.com/v1alpha1
kind: ToolSet
metadata: { name: ${id}, tenant: ${tenant} }
spec: { apiRef: { name: weather-api } }
`;

describe.each(databases.eachSupportedId())('ToolSets, %s', databaseId => {
  let plane: TestControlPlane;
  let knex: Awaited<ReturnType<typeof databases.init>>;
  let feed: ReturnType<typeof followFeed>;
  let serverId: string;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    plane = await startControlPlane({ knex });
    feed = followFeed(plane, ['server', 'tool', 'entity']);
    await createOrders(plane);
  });
  afterAll(async () => {
    await feed.stop();
    await plane.stop();
  });

  const toolSets = '/v1/tenants/acme-corp/toolsets';
  const item = `${toolSets}/order-tools`;

  it('shows what a model would see, and stores nothing', async () => {
    const head = await plane.repository.head();
    const all = await plane
      .as('acme-devops')
      .post(`${toolSets}/preview`, { api_id: 'orders-api' });
    expect(all.body.problems).toEqual([]);
    expect(
      all.body.tools.map((t: any) => [t.operation, t.method, t.path]),
    ).toEqual([
      ['listOrders', 'GET', '/orders'],
      ['getOrder', 'GET', '/orders/{order_id}'],
      ['DELETE /orders/{order_id}', 'DELETE', '/orders/{order_id}'],
    ]);
    expect(all.body.tools[1]).toMatchObject({
      name: 'getOrder',
      inputSchema: {
        type: 'object',
        properties: { order_id: { type: 'string' } },
      },
    });
    const some = await plane.as('acme-devops').post(`${toolSets}/preview`, {
      api_id: 'orders-api',
      operations: ['getOrder', 'nothing'],
      naming: { prefix: 'shop_' },
    });
    expect(names(some.body.tools)).toEqual(['shop_getOrder']);
    expect(some.body.problems).toMatchObject([{ operation: 'nothing' }]);
    const unknown = await plane
      .as('acme-devops')
      .post(`${toolSets}/preview`, { api_id: 'nothing' });
    expect(unknown.body.error.details).toMatchObject([{ field: 'api_id' }]);
    expect(await plane.repository.head()).toBe(head);
  });

  it('keeps it as a commit, and waits for the API to be published', async () => {
    const created = await plane
      .as('acme-devops')
      .post(toolSets, {
        toolset_id: 'order-tools',
        display_name: 'Order tools',
        description: 'Find orders.',
        api_id: 'orders-api',
        visibility: 'public',
        operations: ['listOrders', 'getOrder'],
        overrides: [{ operation: 'getOrder', description: 'Reads one order.' }],
      })
      .set('Idempotency-Key', 'tools-once');
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      toolset_id: 'order-tools',
      version: '1.0.0',
      version_pinned: false,
      environment: 'dev',
      status: 'inactive',
      deployed: false,
      path: '/mcp/t/acme-corp/order-tools',
      permissions: { update: true, delete: false },
      problems: [{ message: expect.stringMatching(/^The API is draft/) }],
    });
    serverId = created.body.id;
    const file = 'tenants/acme-corp/toolsets/order-tools.yaml';
    const head = (await plane.repository.head())!;
    const text = (await plane.repository.read(head, file))!.toString();
    expect(text).toMatch(
      /^apiVersion: stoa\.cab-i\.com\/v1alpha1\nkind: ToolSet\n/,
    );
    const [commit] = await plane.repository.log({ path: file, limit: 2 });
    expect([commit.author.name, commit.message.split('\n')[0]]).toEqual([
      'The acme-devops',
      'Create tools order-tools of orders-api',
    ]);
    expect(
      (await plane.as('consumer').get(`/v1/mcp/servers/${serverId}`)).status,
    ).toBe(404);

    await plane.as('acme-devops').post(`${api}/publish`);
    await eventually(async () => {
      const seen = await plane.as('acme-viewer').get(item);
      expect(seen.body).toMatchObject({
        status: 'active',
        deployed: true,
        problems: [],
        tools: [
          { name: 'listOrders', operation: 'listOrders' },
          { name: 'getOrder', description: 'Reads one order.' },
        ],
      });
    });
    await eventually(async () => {
      expect(feed.known.get(`server ${serverId}`)).toEqual({
        id: serverId,
        tenant_id: 'acme-corp',
        slug: 'order-tools',
        kind: 'toolset',
        title: 'Order tools',
        description: 'Find orders.',
        visibility: 'public',
        status: 'active',
        api_id: 'orders-api',
        version: '1.0.0',
        environment: 'dev',
      });
      const tool = feed.known.get(`tool ${serverId}/getOrder`);
      expect(tool).toMatchObject({
        server_id: serverId,
        tool: { name: 'getOrder', binding: { kind: 'rest', method: 'GET' } },
      });
      expect(tool.tool).not.toHaveProperty('operation');
      // A model reads arguments in the order in which they were written.
      const { properties } = feed.known.get(`tool ${serverId}/listOrders`).tool
        .inputSchema;
      expect(Object.keys(properties)).toEqual(['status', 'q']);
      expect(
        feed.known.get('entity api:acme-corp/order-tools.mcp'),
      ).toMatchObject({
        kind: 'API',
        metadata: {
          namespace: 'acme-corp',
          labels: { 'stoa.cab-i.com/visibility': 'public' },
        },
        spec: {
          type: 'mcp-server',
          remotes: [
            {
              type: 'streamable-http',
              url: 'http://localhost:7007/mcp/t/acme-corp/order-tools',
            },
          ],
        },
      });
    });
  });

  it('refuses what exists, is stale, is foreign or is no ToolSet', async () => {
    const body = {
      toolset_id: 'order-tools',
      display_name: 'Again',
      api_id: 'orders-api',
    };
    const post = async (other: object) =>
      (await plane.as('acme-admin').post(toolSets, { ...body, ...other })).body
        .error;
    expect((await post({})).code).toBe('stoa.toolset.exists');
    for (const [field, value] of [
      ['toolset_id', 'stoa-tools'],
      ['version', '9.9.9'],
      ['environment', 'staging'],
      ['operations', []],
      ['plans', ['Not a plan']],
    ] as const) {
      const error = await post({ toolset_id: 'other-tools', [field]: value });
      expect([error.code, error.details[0].field]).toEqual([
        'stoa.validation',
        expect.stringContaining(field),
      ]);
    }
    const admin = plane.as('acme-admin');
    expect((await admin.put(item, { enabled: false })).status).toBe(428);
    expect(
      (await admin.put(item, { enabled: false }).set('If-Match', '"old"'))
        .status,
    ).toBe(412);
    const foreign = await plane.as('demo-admin').get(item);
    const unknown = await plane
      .as('demo-admin')
      .get('/v1/tenants/nobody/toolsets/x');
    expect([foreign.status, foreign.body.error.message]).toEqual([
      404,
      unknown.body.error.message,
    ]);
    const full = Array.from({ length: 100 }, (_, n) => ({
      id: `0199a1de-0000-7000-8000-${String(n).padStart(12, '0')}`,
      tenant_id: 'demo-tenant',
      slug: `tools-${n}`,
      name: 'Tools',
      api_id: 'weather-api',
      status: 'inactive',
      created_at: new Date().toISOString(),
      updated_at: new Date().toISOString(),
    }));
    await knex.batchInsert('mcp_servers', full, 20);
    const tooMany = await plane
      .as('demo-admin')
      .post('/v1/tenants/demo-tenant/toolsets', {
        ...body,
        api_id: 'weather-api',
      });
    expect(tooMany.body.error.code).toBe('stoa.tenant.quota_exceeded');
    // Nor by way of Git, where nobody is asked before.
    const pushed = 'tenants/demo-tenant/toolsets/one-more.yaml';
    await plane.repository.commit({
      changes: [
        { path: pushed, content: manifestOf('demo-tenant', 'one-more') },
      ],
      message: 'By hand',
      author: { name: 'Somebody', email: 's@example.com' },
    });
    await change(plane, api, { description: 'Orders' });
    expect(
      await knex('quarantine').where({ path: pushed }).first('reason'),
    ).toEqual({ reason: 'the tenant has 100 ToolSets already' });
    // Twenty at once: one is made, the others exist.
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        admin.post(toolSets, { ...body, toolset_id: 'race-tools' }),
      ),
    );
    expect(answers.map(a => a.status).sort()).toEqual([
      201,
      ...Array(19).fill(409),
    ]);
  });

  it('changes what is named, and tells gateways what changed', async () => {
    feed.heard.length = 0;
    const changed = await change(plane, item, {
      operations: ['getOrder', 'DELETE /orders/{order_id}'],
      overrides: [
        { operation: 'DELETE /orders/{order_id}', name: 'cancelOrder' },
      ],
      plans: ['basic'],
    });
    expect(changed.status).toBe(200);
    expect(names(changed.body.tools)).toEqual(['getOrder', 'cancelOrder']);
    expect(changed.body).toMatchObject({
      display_name: 'Order tools',
      description: 'Find orders.',
      plans: ['basic'],
    });
    await eventually(async () => {
      expect(feed.heard).toEqual(
        expect.arrayContaining([
          `delete tool ${serverId}/listOrders`,
          `put tool ${serverId}/getOrder`,
          `put tool ${serverId}/cancelOrder`,
          `put server ${serverId}`,
        ]),
      );
    });
    const all = await change(plane, item, { operations: null, overrides: [] });
    expect(all.body).toMatchObject({ operations: null, tool_count: 3 });
    const back = await change(plane, item, {
      operations: ['listOrders', 'getOrder'],
    });
    expect(names(back.body.tools)).toEqual(['listOrders', 'getOrder']);
  });

  it('follows the definition of its API, and says what went with it', async () => {
    const { body: before } = await plane.as('acme-admin').get(item);
    // A change that says nothing to the tools leaves the ToolSet as it is.
    await change(plane, api, { description: 'Orders and what became of them' });
    const same = await plane.as('acme-admin').get(item);
    expect(same.body).toEqual(before);

    const without = ORDERS_DEFINITION.replace(
      'operationId: listOrders',
      '',
    ).replace('One order', 'One order, whole');
    await change(plane, api, { definition: without });
    const after = await plane.as('acme-admin').get(item);
    expect(names(after.body.tools)).toEqual(['getOrder']);
    expect(after.body.problems).toMatchObject([{ operation: 'listOrders' }]);
    await eventually(async () => {
      expect(feed.known.has(`tool ${serverId}/listOrders`)).toBe(false);
      expect(feed.known.get(`tool ${serverId}/getOrder`).tool.hash).not.toBe(
        before.tools[1].hash,
      );
    });

    const pinned = await change(plane, item, { version: '1.0.0' });
    expect(pinned.body.version_pinned).toBe(true);
    await change(plane, api, {
      version: '1.1.0',
      definition: ORDERS_DEFINITION,
    });
    const still = await plane.as('acme-admin').get(item);
    expect([still.body.version, names(still.body.tools)]).toEqual([
      '1.0.0',
      ['getOrder'],
    ]);
    const newest = await change(plane, item, { version: null });
    expect(newest.body).toMatchObject({
      version: '1.1.0',
      version_pinned: false,
      deployed: false,
      problems: [],
    });
    expect(names(newest.body.tools)).toEqual(['listOrders', 'getOrder']);
    await change(plane, item, { version: '1.0.0' });
    await change(plane, api, {
      version: '1.0.0',
      definition: ORDERS_DEFINITION,
    });
  });

  it('takes manifests from Git, in their short spelling too, and sets others aside', async () => {
    const write = (path: string, content: string | undefined) =>
      plane.repository.commit({
        changes: [{ path, content }],
        message: 'By hand',
        author: { name: 'Somebody', email: 's@example.com' },
      });
    const path = 'tenants/acme-corp/toolsets/git-tools.yaml';
    const manifest = (spec: string) =>
      `# Ours.\napiVersion: stoa.cab-i.com/v1alpha1\nkind: ToolSet\nmetadata: { name: git-tools }\nspec: ${spec}\n`;
    const byHand = `${toolSets}/git-tools`;
    let writes = 0;
    /** Our own next write takes what was pushed before it along. */
    const project = async () => {
      writes += 1;
      await change(plane, api, { description: `Described ${writes} times` });
      return plane.as('acme-admin').get(byHand);
    };
    await write(
      path,
      manifest(
        '{ apiRef: { name: orders-api }, prefix: git_, includeOperations: [getOrder] }',
      ),
    );
    const taken = await project();
    expect(taken.body).toMatchObject({
      display_name: 'git-tools',
      visibility: 'private',
      naming: { prefix: 'git_' },
      operations: ['getOrder'],
      tools: [{ name: 'git_getOrder' }],
    });
    for (const [spec, reason] of [
      [
        '{ openApiUrl: "https://example.com/openapi.json" }',
        /openApiUrl is not taken/,
      ],
      ['{ apiRef: { name: orders-api }, selector: { tags: [a] } }', /tags/],
      ['{ apiRef: { name: orders-api }, baseURL: "http://x" }', /baseURL/],
    ] as const) {
      await write(path, manifest(spec));
      const still = await project();
      expect(still.body.tools).toMatchObject([{ name: 'git_getOrder' }]);
      const row = await knex('quarantine').where({ path }).first();
      expect(row.reason).toMatch(reason);
    }
    const edited = await change(plane, byHand, { enabled: false });
    expect(edited.body.error).toMatchObject({
      code: 'stoa.precondition_failed',
      details: { path, reason: expect.stringMatching(/baseURL/) },
    });
    await write(path, undefined);
    expect((await project()).status).toBe(404);
    expect(await knex('quarantine').where({ path }).first()).toBeUndefined();
  });

  it('takes an API and its tools in one commit, and lets them go in one', async () => {
    const folder = 'tenants/acme-corp/apis/stock-api';
    const files: Record<string, string> = {
      [`${folder}/api.yaml`]: `apiVersion: stoa.cab-i.com/v1alpha1
kind: API
metadata: { name: stock-api, tenant: acme-corp }
spec:
  displayName: Stock
  version: 1.0.0
  status: published
`,
      [`${folder}/openapi.yaml`]: ORDERS_DEFINITION,
      'tenants/acme-corp/toolsets/stock-tools.yaml': `apiVersion: stoa.cab-i.com/v1alpha1
kind: ToolSet
metadata: { name: stock-tools, tenant: acme-corp }
spec:
  apiRef: { name: stock-api }
`,
    };
    const push = async (present: boolean) => {
      await plane.repository.commit({
        changes: Object.entries(files).map(([path, content]) => ({
          path,
          content: present ? content : undefined,
        })),
        message: 'By hand',
        author: { name: 'Somebody', email: 's@example.com' },
      });
      await change(plane, api, { description: `Stock: ${present}` });
      return plane.as('acme-admin').get(`${toolSets}/stock-tools`);
    };
    expect((await push(true)).body).toMatchObject({
      version: '1.0.0',
      tool_count: 3,
      environment: null,
      status: 'inactive',
      problems: [{ message: 'The API has no environment.' }],
    });
    const path = '/v1/tenants/acme-corp/apis/stock-api';
    const { headers } = await plane.as('acme-admin').get(path);
    const deletion = await plane
      .as('acme-admin')
      .delete(path)
      .set('If-Match', headers.etag);
    expect(deletion.body.error.code).toBe('stoa.api.in_use');
    expect((await push(false)).status).toBe(404);
    expect(
      (await plane.as('acme-admin').get('/v1/tenants/acme-corp/apis/stock-api'))
        .status,
    ).toBe(404);
  });

  it('leaves an API alone that has tools, and goes together with it', async () => {
    const subscriptionless = await plane.as('acme-admin').get(api);
    const deletion = await plane
      .as('acme-admin')
      .delete(api)
      .set('If-Match', subscriptionless.headers.etag);
    expect(deletion.body.error.code).toBe('stoa.api.in_use');

    const used = await plane.as('acme-admin').get(item);
    const gone = await plane
      .as('acme-admin')
      .delete(item)
      .set('If-Match', used.headers.etag);
    expect(gone.status).toBe(204);
    expect((await plane.as('acme-admin').get(item)).status).toBe(404);
    await eventually(async () => {
      expect([...feed.known.keys()].filter(k => k.includes(serverId))).toEqual(
        [],
      );
      expect(feed.known.has('entity api:acme-corp/order-tools.mcp')).toBe(
        false,
      );
    });
    await eventually(async () => {
      const audit = await plane
        .as('acme-admin')
        .get('/v1/tenants/acme-corp/audit?limit=100');
      expect(
        audit.body.items.map((e: any) => [e.actor, e.action, e.resource]),
      ).toEqual(
        expect.arrayContaining([
          [
            'The acme-devops',
            'stoa.toolset.create',
            'toolset:acme-corp/order-tools',
          ],
          [
            'The acme-admin',
            'stoa.toolset.delete',
            'toolset:acme-corp/order-tools',
          ],
        ]),
      );
    });
  });
});
