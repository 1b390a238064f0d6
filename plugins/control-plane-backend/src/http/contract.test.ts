import { ACTIONS } from '@stoa/plugin-stoa-common';
import { TestDatabases } from '@backstage/backend-test-utils';
import { startControlPlane, TestControlPlane } from '../__testUtils__';
import { loadContract, Operation } from './contract';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

/** y: let in; 401, 403 and 404 (hidden) as answered. The last column is a gateway's service token. */
const COLUMNS = [
  'nobody',
  'other-consumer',
  'consumer',
  'acme-viewer',
  'acme-devops',
  'acme-admin',
  'demo-admin',
  'platform-admin',
  'plugin:api-runtime',
] as const;

/** Who may do what to things of acme-corp, and to the application and subscriptions of `consumer`. */
const TABLE: Readonly<Record<string, string>> = {
  getMe: '401 y y y y y y y 403',
  listTenants: '401 403 403 y y y y y 403',
  getTenant: '401 404 404 y y y 404 y 404',
  listApis: '401 404 404 y y y 404 y 404',
  createApi: '401 404 404 403 y y 404 y 404',
  validateDefinition: '401 404 404 403 y y 404 y 404',
  getApi: '401 404 404 y y y 404 y 404',
  updateApi: '401 404 404 403 y y 404 y 404',
  deleteApi: '401 404 404 403 403 y 404 y 404',
  listApiVersions: '401 404 404 y y y 404 y 404',
  listApiHistory: '401 404 404 y y y 404 y 404',
  getApiDefinition: '401 404 404 y y y 404 y 404',
  publishApi: '401 404 404 403 y y 404 y 404',
  listToolSets: '401 404 404 y y y 404 y 404',
  createToolSet: '401 404 404 403 y y 404 y 404',
  previewToolSet: '401 404 404 403 y y 404 y 404',
  getToolSet: '401 404 404 y y y 404 y 404',
  updateToolSet: '401 404 404 403 y y 404 y 404',
  deleteToolSet: '401 404 404 403 403 y 404 y 404',
  listPlans: '401 404 404 y y y 404 y 404',
  createPlan: '401 404 404 403 403 y 404 y 404',
  getPlan: '401 404 404 y y y 404 y 404',
  updatePlan: '401 404 404 403 403 y 404 y 404',
  deletePlan: '401 404 404 403 403 y 404 y 404',
  assignPlan: '401 404 404 403 403 y 404 y 404',
  unassignPlan: '401 404 404 403 403 y 404 y 404',
  getTenantUsage: '401 404 404 y y y 404 y 404',
  listAudit: '401 404 404 y y y 404 y 404',
  listSnapshots: '401 404 404 y y y 404 y 404',
  getSnapshot: '401 404 404 y y y 404 y 404',
  listMySnapshots: '401 y y y y y y y 403',
  getMyUsage: '401 y y y y y y y 403',
  listPortalApis: '401 y y y y y y y 403',
  getPortalApi: '401 404 404 y y y 404 y 404',
  getPortalApiDefinition: '401 404 404 y y y 404 y 404',
  listPortalSubscriptions: '401 y y y y y y y 403',
  listPortalServers: '401 y y y y y y y 403',
  listPortalTools: '401 y y y y y y y 403',
  listMcpServers: '401 y y y y y y y 403',
  getMcpServer: '401 404 404 y y y 404 y 404',
  listMcpServerTools: '401 404 404 y y y 404 y 404',
  getMcpServerTool: '401 404 404 y y y 404 y 404',
  listApplications: '401 y y y y y y y 403',
  createApplication: '401 y y y y y y y 403',
  getApplication: '401 404 y 404 404 404 404 y 403',
  updateApplication: '401 404 y 404 404 404 404 y 403',
  deleteApplication: '401 404 y 404 404 404 404 y 403',
  createSubscription: '401 404 y 404 404 404 404 y 403',
  listMySubscriptions: '401 y y y y y y y 403',
  listTenantSubscriptions: '401 404 404 y y y 404 y 404',
  listPendingSubscriptions: '401 404 404 y y y 404 y 404',
  getSubscription: '401 404 y y y y 404 y 403',
  listSubscriptionHistory: '401 404 y y y y 404 y 403',
  approveSubscription: '401 404 404 403 403 y 404 y 404',
  rejectSubscription: '401 404 404 403 403 y 404 y 404',
  revokeSubscription: '401 404 404 403 403 y 404 y 404',
  suspendSubscription: '401 404 404 403 403 y 404 y 404',
  reactivateSubscription: '401 404 404 403 403 y 404 y 404',
  extendSubscription: '401 404 y 403 403 y 404 y 403',
  rotateSubscriptionKey: '401 404 y 404 404 404 404 y 403',
  decideSubscriptions: '401 404 404 403 403 y 404 y 404',
  cancelSubscription: '401 404 y 404 404 404 404 y 403',
  createMcpSubscription: '401 y y y y y y y 403',
  listMyMcpSubscriptions: '401 y y y y y y y 403',
  listTenantMcpSubscriptions: '401 404 404 y y y 404 y 404',
  listPendingMcpSubscriptions: '401 404 404 y y y 404 y 404',
  getMcpSubscription: '401 404 y y y y 404 y 403',
  listMcpSubscriptionHistory: '401 404 y y y y 404 y 403',
  approveMcpSubscription: '401 404 404 403 403 y 404 y 404',
  rejectMcpSubscription: '401 404 404 403 403 y 404 y 404',
  suspendMcpSubscription: '401 404 404 403 403 y 404 y 404',
  reactivateMcpSubscription: '401 404 404 403 403 y 404 y 404',
  revokeMcpSubscription: '401 404 404 403 403 y 404 y 404',
  getMcpToolGrants: '401 404 y y y y 404 y 403',
  setMcpToolGrants: '401 404 y 403 403 y 404 y 403',
  getToolGrants: '401 404 y y y y 404 y 403',
  setToolGrants: '401 404 y 403 403 y 404 y 403',
  extendMcpSubscription: '401 404 y 403 403 y 404 y 403',
  rotateMcpSubscriptionKey: '401 404 y 404 404 404 404 y 403',
  decideMcpSubscriptions: '401 404 404 403 403 y 404 y 404',
  cancelMcpSubscription: '401 404 y 404 404 404 404 y 403',
  validateKey: '401 403 403 403 403 403 403 403 401',
  createDeployment: '401 404 404 403 y y 404 y 404',
  listDeployments: '401 404 404 y y y 404 y 404',
  getDeployment: '401 404 404 y y y 404 y 404',
  getDeploymentTrace: '401 404 404 y y y 404 y 404',
  getDeploymentLogs: '401 404 404 y y y 404 y 404',
  approveDeployment: '401 404 404 403 y 403 404 y 404',
  cancelDeployment: '401 404 404 403 y y 404 y 404',
  promoteDeployment: '401 404 404 403 y y 404 y 404',
  rollBackDeployment: '401 404 404 403 y y 404 y 404',
  reportDeployment: '401 403 403 403 403 403 403 403 403',
  getRuntime: '401 404 404 y y y 404 y 404',
  listWebhooks: '401 404 404 403 403 y 404 y 404',
  createWebhook: '401 404 404 403 403 y 404 y 404',
  getWebhook: '401 404 404 403 403 y 404 y 404',
  updateWebhook: '401 404 404 403 403 y 404 y 404',
  deleteWebhook: '401 404 404 403 403 y 404 y 404',
  testWebhook: '401 404 404 403 403 y 404 y 404',
  listWebhookDeliveries: '401 404 404 403 403 y 404 y 404',
  replayWebhookDelivery: '401 404 404 403 403 y 404 y 404',
  getFeed: '401 403 403 403 403 403 403 403 y',
  lookupKey: '401 403 403 403 403 403 403 403 y',
  reportGatewayEvents: '401 403 403 403 403 403 403 403 y',
};

describe('the contract and what serves it', () => {
  let plane: TestControlPlane;
  let operations: readonly Operation[];
  const ids: Record<string, string> = {
    tenant_id: 'acme-corp',
    api_id: 'billing-api',
    version: '1.0.0',
    plan_id: 'basic',
    id: 'acme-corp:billing-api',
    toolset_id: 'billing-tools',
    server_id: 'acme-corp:billing-tools',
    tool_name: 'listbillingapi',
    snapshot_id: '0199a1de-0000-7000-8000-00000000000b',
  };
  let publicServer: string;
  let mcpSubscription: string;

  beforeAll(async () => {
    const knex = await databases.init('SQLITE_3');
    plane = await startControlPlane({ knex });
    operations = (await loadContract()).operations;
    await plane
      .as('acme-admin')
      .put('/v1/tenants/acme-corp/apis/billing-api/plans/basic');
    const application = await plane
      .as('consumer')
      .post('/v1/applications', { name: 'Tests' });
    ids.application_id = application.body.id;
    const subscription = await plane.as('consumer').post('/v1/subscriptions', {
      application_id: ids.application_id,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'free',
    });
    ids.subscription_id = subscription.body.subscription.id;
    const published = await plane
      .as('acme-admin')
      .post('/v1/tenants/acme-corp/apis/billing-api/publish');
    ids.deployment_id = published.body.deployment.id;
    ids.webhook_id = await createWebhook();
    ids.delivery_id = '0199a1de-0000-7000-8000-00000000000c';
    await knex('webhook_deliveries').insert({
      id: ids.delivery_id,
      webhook_id: ids.webhook_id,
      tenant_id: 'acme-corp',
      event_type: 'api-created',
      payload: '{}',
      status: 'dead',
      attempts: 6,
      created_at: new Date().toISOString(),
    });
    const toolSets = '/v1/tenants/acme-corp/toolsets';
    await plane.as('acme-admin').post(toolSets, {
      toolset_id: 'billing-tools',
      display_name: 'Billing tools',
      api_id: 'billing-api',
    });
    const shown = await plane.as('acme-admin').post(toolSets, {
      toolset_id: 'crm-tools',
      display_name: 'CRM tools',
      api_id: 'crm-api',
      visibility: 'public',
    });
    publicServer = shown.body.id;
    const tools = await plane
      .as('consumer')
      .post('/v1/mcp/subscriptions', { server_id: publicServer, plan: 'free' });
    mcpSubscription = tools.body.subscription.id;
    await plane.as('plugin:api-runtime').post('/v1/gateways/events', {
      metering: [],
      errors: [
        {
          event_id: ids.snapshot_id,
          timestamp: new Date().toISOString(),
          tenant_id: 'acme-corp',
          subject: 'consumer',
          error_type: 'unknown',
          error_message: 'Failed',
          request: {},
          response: {},
        },
      ],
    });
  });
  afterAll(() => plane.stop());

  it('names a known action for every operation, each with its own id', () => {
    expect(new Set(operations.map(o => o.operationId)).size).toBe(
      operations.length,
    );
    expect(operations.filter(o => !(o.action in ACTIONS))).toEqual([]);
  });

  it('lets in exactly whom the table says', async () => {
    expect(operations.map(o => o.operationId).sort()).toEqual(
      Object.keys(TABLE).sort(),
    );
    const seen: Record<string, string> = {};
    for (const operation of operations) {
      const row: string[] = [];
      for (const subject of COLUMNS) row.push(await ask(operation, subject));
      seen[operation.operationId] = row.join(' ');
    }
    expect(seen).toEqual(TABLE);
  });

  it('answers foreign and unknown alike', async () => {
    const strip = ({ body }: { body: { error: object } }) => ({
      ...body.error,
      correlation_id: '',
    });
    const as = plane.as('demo-admin');
    for (const [foreign, unknown] of [
      ['/v1/tenants/acme-corp', '/v1/tenants/nobody'],
      [
        `/v1/subscriptions/${ids.subscription_id}`,
        '/v1/subscriptions/0199a1de-0000-7000-8000-000000000009',
      ],
      [
        `/v1/applications/${ids.application_id}`,
        '/v1/applications/0199a1de-0000-7000-8000-000000000009',
      ],
      [
        `/v1/deployments/${ids.deployment_id}`,
        '/v1/deployments/0199a1de-0000-7000-8000-000000000009',
      ],
      [
        '/v1/mcp/servers/acme-corp:billing-tools',
        '/v1/mcp/servers/acme-corp:nothing',
      ],
      [
        '/v1/mcp/servers/acme-corp:billing-tools/tools/listbillingapi',
        '/v1/mcp/servers/0199a1de-0000-7000-8000-000000000009/tools/nothing',
      ],
      [
        `/v1/mcp/subscriptions/${mcpSubscription}`,
        '/v1/mcp/subscriptions/0199a1de-0000-7000-8000-000000000009',
      ],
      [
        '/v1/portal/apis/acme-corp:billing-api',
        '/v1/portal/apis/acme-corp:nothing',
      ],
    ]) {
      expect(strip(await as.get(foreign))).toEqual(
        strip(await as.get(unknown)),
      );
    }
    const consumer = plane.as('other-consumer');
    const subscribe = async (api: string, application: string) =>
      strip(
        await consumer.post('/v1/subscriptions', {
          application_id: application,
          tenant_id: 'acme-corp',
          api_id: api,
          plan: 'free',
        }),
      );
    const hidden = await plane
      .as('acme-viewer')
      .get('/v1/mcp/servers/acme-corp:billing-tools');
    const toTools = async (server: string) =>
      strip(
        await consumer.post('/v1/mcp/subscriptions', {
          server_id: server,
          plan: 'free',
        }),
      );
    expect(await toTools(hidden.body.id)).toEqual(
      await toTools('0199a1de-0000-7000-8000-000000000009'),
    );
    const nobodys = '0199a1de-0000-7000-8000-000000000009';
    const unknown = await subscribe('nothing', nobodys);
    expect(unknown).toMatchObject({ code: 'stoa.not_found' });
    for (const api of ['billing-api', 'crm-api']) {
      for (const application of [nobodys, ids.application_id])
        expect(await subscribe(api, application)).toEqual(unknown);
    }
  });

  it('answers what is not an operation with 404 and 405, before anything else', async () => {
    expect(
      (await plane.as('acme-admin').get('/v1/nothing')).body.error.code,
    ).toBe('stoa.not_found');
    const wrong = await plane.as('acme-admin').delete('/v1/me');
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET']);
  });

  it('refuses bodies that are not what the contract says, naming the field', async () => {
    const post = (body: string, type = 'application/json') =>
      plane
        .as('consumer')
        .post('/v1/applications')
        .set('Content-Type', type)
        .send(body);
    expect((await post('{"name":')).body.error.code).toBe('stoa.bad_request');
    expect(
      (await post('name=x', 'application/x-www-form-urlencoded')).status,
    ).toBe(415);
    expect(
      (await post(JSON.stringify({ name: 'a'.repeat(300_000) }))).status,
    ).toBe(413);
    for (const [body, field] of [
      [{}, 'name'],
      [{ name: 7 }, 'name'],
      [{ name: 'x', owner_ref: 'user:default/acme-admin' }, 'owner_ref'],
      [{ name: 'x\u0000' }, 'name'],
      [{ name: '   ' }, 'name'],
    ] as const) {
      const answer = await post(JSON.stringify(body));
      expect([answer.status, answer.body.error.details[0].field]).toEqual([
        400,
        field,
      ]);
    }
    // Neither the depth nor the number of values is ours to choose.
    const nested = '['.repeat(60_000) + ']'.repeat(60_000);
    for (const body of [nested, `{"name":${nested}}`]) {
      expect((await post(body)).body.error.code).toBe('stoa.validation');
    }
    const many = await plane
      .as('acme-admin')
      .post('/v1/tenants/acme-corp/apis', { tags: Array(100_001).fill(1) });
    expect([many.status, many.body.error.message]).toEqual([
      400,
      'body: has more than 100000 values',
    ]);
    const cursor = await plane
      .as('consumer')
      .get('/v1/applications?cursor=nonsense');
    expect([cursor.status, cursor.body.error.details[0].field]).toEqual([
      400,
      'cursor',
    ]);
    const query = await plane
      .as('consumer')
      .get('/v1/applications?limit=0&limit=1');
    expect(query.status).toBe(400);
  });

  const WEBHOOK = {
    url: 'http://127.0.0.1:7011/hook',
    events: ['*'],
    enabled: false,
  };

  async function createWebhook(): Promise<string> {
    const made = await plane
      .as('acme-admin')
      .post('/v1/tenants/acme-corp/webhooks', WEBHOOK);
    return made.body.webhook.id;
  }

  async function ask(operation: Operation, subject: string): Promise<string> {
    const known: Record<string, string> = {
      ...ids,
      ...(/^\/v1\/mcp\/|\/tool-grants$/.test(operation.path) && {
        subscription_id: mcpSubscription,
      }),
      // The others go on with the one that is there.
      ...(operation.operationId === 'deleteWebhook' && {
        webhook_id: await createWebhook(),
      }),
    };
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => known[name]);
    const query =
      operation.operationId === 'listDeployments' ? '?tenant_id=acme-corp' : '';
    const abort = new AbortController();
    const body = bodyOf(operation);
    const answer = await fetch(`${plane.url}${path}${query}`, {
      method: operation.method.toUpperCase(),
      headers: {
        ...(subject !== 'nobody' && { Authorization: `Bearer ${subject}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal: abort.signal,
    });
    const refused = [401, 403, 404].includes(answer.status);
    if (!refused && answer.status >= 500)
      throw new Error(`${operation.operationId}: ${await answer.text()}`);
    abort.abort();
    return refused ? String(answer.status) : 'y';
  }

  /** The contract's own example, pointed at what the test has made. */
  function bodyOf(operation: Operation): object | undefined {
    if (!operation.body) return undefined;
    const bodies: Record<string, object> = {
      createSubscription: {
        application_id: ids.application_id,
        tenant_id: 'acme-corp',
        api_id: 'crm-api',
        plan: 'free',
      },
      createMcpSubscription: { server_id: publicServer, plan: 'free' },
      createWebhook: { ...(operation.body.example as object), enabled: false },
      updateWebhook: WEBHOOK,
      createDeployment: {
        tenant_id: 'acme-corp',
        api_id: 'billing-api',
        environment: 'dev',
      },
      validateDefinition: {
        definition:
          'openapi: 3.0.3\ninfo: { title: T, version: 1.0.0 }\npaths: {}\n',
      },
    };
    return bodies[operation.operationId] ?? (operation.body.example as object);
  }
});
