import { Knex } from 'knex';
import { Operation } from '../http/contract';
import { TestControlPlane } from './index';

/** One thing of each kind, of acme-corp and of `consumer`, and how the contract's operations are asked about them. */
export interface OneOfEach {
  /** By the names of the contract's path parameters; the subscription to tools is `mcp_subscription_id`. */
  readonly ids: Readonly<Record<string, string>>;
  /** A request that would be answered well, made of the contract's own example. */
  request(operation: Operation): Promise<{ path: string; body?: object }>;
}

const WEBHOOK = {
  url: 'http://127.0.0.1:7011/hook',
  events: ['*'],
  enabled: false,
};

const ALERT_RULE = {
  name: 'Many errors',
  metric: 'error_rate',
  threshold: 5,
  window: '15m',
  target: { channel: 'notification' },
};

const CALL = {
  server_id: 'acme-corp:crm-tools',
  tool: 'listcrmapi',
  subject: 'consumer',
  arguments_hash: '8'.repeat(64),
};

/** For what would take acme-corp from the others. */
const SPARE_TENANTS: Readonly<Record<string, string>> = {
  updateTenant: 'spare-1',
  deleteTenant: 'spare-2',
  suspendTenant: 'spare-3',
  activateTenant: 'spare-3',
  archiveTenant: 'spare-4',
};

/** What is asked of an MCP server that is elsewhere. */
const UPSTREAM_OPERATIONS =
  /^(update|delete|test|discover)McpServer$|McpServerChanges?$/;

/** Of those that cannot be asked without. */
const QUERIES: Readonly<Record<string, string>> = {
  listDeployments: '?tenant_id=acme-corp',
  compareApiVersions: '?from=1.0.0',
};

export async function makeOneOfEach(
  plane: TestControlPlane,
  knex: Knex,
): Promise<OneOfEach> {
  const admin = plane.as('acme-admin');
  const consumer = plane.as('consumer');
  const tenant = '/v1/tenants/acme-corp';
  let upstreams = 0;

  await admin.put(`${tenant}/apis/billing-api/plans/basic`);
  for (const id of Object.values(SPARE_TENANTS)) {
    await plane
      .as('platform-admin')
      .post('/v1/tenants', { id, display_name: id });
  }
  await plane.as('platform-admin').put('/v1/policies/office', {
    type: 'ip-allow-list',
    config: { allow: ['192.0.2.0/24'] },
  });
  const application = await consumer.post('/v1/applications', {
    name: 'Tests',
    security_profile: 'oauth2',
  });
  const subscription = await consumer.post('/v1/subscriptions', {
    application_id: application.body.id,
    tenant_id: 'acme-corp',
    api_id: 'crm-api',
    plan: 'free',
  });
  const published = await admin.post(`${tenant}/apis/billing-api/publish`);
  await admin.post(`${tenant}/toolsets`, {
    toolset_id: 'billing-tools',
    display_name: 'Billing tools',
    api_id: 'billing-api',
  });
  const shown = await admin.post(`${tenant}/toolsets`, {
    toolset_id: 'crm-tools',
    display_name: 'CRM tools',
    api_id: 'crm-api',
    visibility: 'public',
  });
  const tools = await consumer.post('/v1/mcp/subscriptions', {
    server_id: shown.body.id,
    plan: 'free',
  });
  const ids: Record<string, string> = {
    tenant_id: 'acme-corp',
    api_id: 'billing-api',
    version: '1.0.0',
    plan_id: 'basic',
    policy_name: 'office',
    id: 'acme-corp:billing-api',
    toolset_id: 'billing-tools',
    server_id: 'acme-corp:billing-tools',
    tool_name: 'listbillingapi',
    snapshot_id: '0199a1de-0000-7000-8000-00000000000b',
    delivery_id: '0199a1de-0000-7000-8000-00000000000c',
    approval_id: await askAboutCall(),
    service_account_id: await createServiceAccount(),
    upstream_id: await createUpstream('elsewhere'),
    change_id: '0199a1de-0000-7000-8000-00000000000f',
    alert_id: '0199a1de-0000-7000-8000-00000000000d',
    grant_id: '0199a1de-0000-7000-8000-00000000000e',
    resource: 'apis',
    application_id: application.body.id,
    subscription_id: subscription.body.subscription.id,
    mcp_subscription_id: tools.body.subscription.id,
    deployment_id: published.body.deployment.id,
    trace_id: await traceOf(published.body.deployment.id),
    webhook_id: await createWebhook(),
    subject: 'acme-viewer',
    rule_id: await createAlertRule(),
  };
  await knex('mcp_tool_changes').insert({
    id: ids.change_id,
    tenant_id: 'acme-corp',
    server_id: ids.upstream_id,
    tool_name: 'forecast',
    kind: 'removed',
    hash: '0'.repeat(64),
    status: 'pending',
    found_at: new Date().toISOString(),
  });
  await knex('alerts').insert({
    id: ids.alert_id,
    tenant_id: 'acme-corp',
    rule_id: ids.rule_id,
    name: 'Many errors',
    metric: 'error_rate',
    threshold: 5,
    value: 7.5,
    status: 'raised',
    raised_at: new Date().toISOString(),
  });
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

  async function askAboutCall(): Promise<string> {
    const asked = await plane
      .as('plugin:api-runtime')
      .post('/v1/mcp/approvals', { ...CALL, arguments: { id: 42 } });
    return asked.body.id;
  }

  async function createUpstream(slug: string): Promise<string> {
    const made = await admin.post('/v1/mcp/servers', {
      tenant_id: 'acme-corp',
      slug,
      display_name: 'Elsewhere',
      endpoint: 'http://127.0.0.1:7011/mcp',
    });
    return made.body.id;
  }

  async function createServiceAccount(): Promise<string> {
    const made = await admin.post(`${tenant}/service-accounts`, {
      name: 'Pipeline',
      roles: ['viewer'],
      scopes: ['stoa:catalog:read'],
    });
    return made.body.service_account.id;
  }

  async function createWebhook(): Promise<string> {
    const made = await admin.post(`${tenant}/webhooks`, WEBHOOK);
    return made.body.webhook.id;
  }

  async function createAlertRule(): Promise<string> {
    const made = await admin.post(`${tenant}/alert-rules`, ALERT_RULE);
    return made.body.id;
  }

  async function traceOf(deploymentId: string): Promise<string> {
    const row = await knex('deployments').where({ id: deploymentId }).first();
    return row.trace_id;
  }

  /** Bodies where the contract's example is about something that is not there. */
  const bodies: Readonly<Record<string, object>> = {
    createSubscription: {
      application_id: ids.application_id,
      tenant_id: 'acme-corp',
      api_id: 'crm-api',
      plan: 'free',
    },
    createMcpSubscription: { server_id: shown.body.id, plan: 'free' },
    createMcpApproval: { ...CALL, arguments: {} },
    useMcpApproval: {
      subject: CALL.subject,
      arguments_hash: CALL.arguments_hash,
    },
    updateWebhook: WEBHOOK,
    createDeployment: {
      tenant_id: 'acme-corp',
      api_id: 'billing-api',
      environment: 'dev',
    },
  };

  function bodyOf(operation: Operation): object | undefined {
    if (!operation.body) return undefined;
    const example = operation.body.example as object;
    if (operation.operationId === 'createWebhook')
      return { ...example, enabled: false };
    return bodies[operation.operationId] ?? example;
  }

  return {
    ids,
    async request(operation) {
      const known: Record<string, string> = {
        ...ids,
        ...(operation.operationId in SPARE_TENANTS && {
          tenant_id: SPARE_TENANTS[operation.operationId],
        }),
        ...(/^\/v1\/mcp\/|\/tool-grants$/.test(operation.path) && {
          subscription_id: ids.mcp_subscription_id,
        }),
        // The one that somebody is subscribed to.
        ...(operation.operationId === 'listApiConsumers' && {
          api_id: 'crm-api',
        }),
        ...(UPSTREAM_OPERATIONS.test(operation.operationId) && {
          server_id: ids.upstream_id,
        }),
        // The one that somebody is subscribed to.
        ...(operation.operationId === 'listMcpServerSubscriptions' && {
          server_id: 'acme-corp:crm-tools',
        }),
        // The others go on with the one that is there.
        ...(operation.operationId === 'deleteMcpServer' && {
          server_id: await createUpstream(`elsewhere-${++upstreams}`),
        }),
        ...(operation.operationId === 'deleteWebhook' && {
          webhook_id: await createWebhook(),
        }),
        ...(operation.operationId === 'deleteServiceAccount' && {
          service_account_id: await createServiceAccount(),
          upstream_id: await createUpstream('elsewhere'),
          change_id: '0199a1de-0000-7000-8000-00000000000f',
        }),
        ...(operation.operationId === 'deleteAlertRule' && {
          rule_id: await createAlertRule(),
        }),
      };
      // Each time somebody who was here.
      if (operation.operationId === 'erasePerson') {
        known.subject = 'somebody';
        await knex('people')
          .insert({
            subject: 'somebody',
            platform_admin: false,
            updated_at: new Date().toISOString(),
          })
          .onConflict('subject')
          .ignore();
      }
      // Each time somebody who is a member.
      if (operation.operationId === 'removeMember')
        await admin.put(`${tenant}/members/acme-viewer`, { roles: ['viewer'] });
      const path = operation.path.replace(
        /\{(\w+)\}/g,
        (_, name) => known[name],
      );
      const query = QUERIES[operation.operationId] ?? '';
      return { path: path + query, body: bodyOf(operation) };
    },
  };
}
