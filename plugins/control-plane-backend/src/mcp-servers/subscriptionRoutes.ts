import {
  Decision,
  Principal,
  Schema,
  notFound,
} from '@stoa/plugin-stoa-common';
import { PolicyEngine, PolicyResource } from '@stoa/plugin-stoa-node';
import { Actor } from '../database/UnitOfWork';
import { OnDenied } from '../http/refusal';
import { route } from '../http/route';
import { baseView, subscriptionHandlers } from '../subscriptions/handlers';
import { permitted, SUBSCRIPTION_ASKS } from '../subscriptions/permissions';
import { TenantStore } from '../tenants/TenantStore';
import { McpServerStore } from './McpServerStore';
import { McpSubscriptionService } from './McpSubscriptionService';
import {
  McpSubscriptionRecord,
  McpSubscriptionStore,
} from './McpSubscriptionStore';
import { grantsOf } from './toolGrants';
import { serverResource, toGrant } from './view';

/** What the policy knows of a subscription: whose server it is to, and whose it is. */
function resourceOf(subscription: McpSubscriptionRecord): PolicyResource {
  return {
    tenantId: subscription.tenantId,
    owners: [subscription.subscriberId],
    requesters: [subscription.subscriberId],
    status: subscription.status,
  };
}

export const mcpSubscriptionRoutes = (deps: {
  service: McpSubscriptionService;
  store: McpSubscriptionStore;
  servers: McpServerStore;
  tenants: TenantStore;
  policy: PolicyEngine;
  onDenied: OnDenied;
}) => {
  const { service, policy } = deps;
  const view = async (
    principal: Principal,
    s: McpSubscriptionRecord,
  ): Promise<Schema<'McpSubscription'>> => ({
    ...baseView(s),
    server_id: s.serverId,
    server_slug: s.serverSlug,
    server_name: s.serverName,
    tools: toGrant(s),
    permissions: await permitted(
      policy,
      principal,
      s,
      resourceOf(s),
      SUBSCRIPTION_ASKS,
    ),
  });
  const handlers = subscriptionHandlers({ ...deps, view, resourceOf });
  const { byId, mine, ofTenant, everywhere, one, history, moving } = handlers;
  const serverOf = async (id: string) => {
    const server = await deps.servers.get(id);
    if (!server) throw notFound('MCP server');
    return server;
  };

  const toolsOf = async (subscription: McpSubscriptionRecord) => ({
    body: {
      tools: toGrant(subscription),
      items: grantsOf(
        subscription,
        await deps.servers.tools(subscription.serverId),
      ),
    },
  });
  interface OfTools {
    readonly actor: Actor;
    readonly decision: Decision;
    readonly params: { readonly subscription_id: string };
  }
  const reading = {
    ...byId,
    handler: async ({ params }: OfTools) =>
      toolsOf(await service.life.get(params.subscription_id)),
  };
  const granting = {
    ...byId,
    handler: async ({
      actor,
      decision,
      params,
      body,
    }: OfTools & { body: { tools: Schema<'ToolGrant'> } }) =>
      toolsOf(
        await service.setTools(
          actor,
          params.subscription_id,
          body.tools,
          decision.rule !== 'owner',
        ),
      ),
  };

  return {
    ...route('getMcpToolGrants', reading),
    ...route('setMcpToolGrants', granting),
    ...route('getToolGrants', reading),
    ...route('setToolGrants', granting),
    ...route('createMcpSubscription', {
      what: 'MCP server',
      resourceOfBody: async (body, principal) => {
        const server = await serverOf(body.server_id);
        // It will be the caller's own: whoever may see the server may ask.
        return { ...serverResource(server), owners: [principal.subject] };
      },
      redact: body => ({ ...body, api_key: null, replayed: true }),
      handler: async ({ actor, principal, body }) => {
        const { subscription, apiKey } = await service.create(
          actor,
          principal,
          body,
        );
        return {
          status: 201,
          body: {
            subscription: await view(principal, subscription),
            api_key: apiKey,
          },
        };
      },
    }),
    ...route('listMyMcpSubscriptions', mine),
    ...route('listTenantMcpSubscriptions', {
      handler: async ({ principal, params, query }) =>
        ofTenant(
          principal,
          {
            tenantId: params.tenant_id,
            to: query.server_id,
            status: query.status,
          },
          query,
        ),
    }),
    ...route('listMcpServerSubscriptions', {
      what: 'MCP server',
      resource: async ({ params }) => ({
        tenantId: (await serverOf(params.server_id)).tenantId,
      }),
      handler: async ({ principal, params, query }) => {
        const { tenantId, id: to } = await serverOf(params.server_id);
        return ofTenant(
          principal,
          { tenantId, to, status: query.status },
          query,
        );
      },
    }),
    ...route('listAllMcpSubscriptions', {
      resource: () => ({}),
      handler: async ({ principal, query }) => everywhere(principal, query),
    }),
    ...route('listPendingMcpSubscriptions', {
      handler: async ({ principal, params, query }) =>
        ofTenant(
          principal,
          { tenantId: params.tenant_id, status: 'pending' },
          query,
        ),
    }),
    ...route('getMcpSubscription', { ...byId, handler: one }),
    ...route('listMcpSubscriptionHistory', { ...byId, handler: history }),
    ...route('cancelMcpSubscription', { ...byId, handler: moving('cancel') }),
    ...route('approveMcpSubscription', { ...byId, handler: moving('approve') }),
    ...route('rejectMcpSubscription', { ...byId, handler: moving('reject') }),
    ...route('suspendMcpSubscription', { ...byId, handler: moving('suspend') }),
    ...route('reactivateMcpSubscription', {
      ...byId,
      handler: moving('reactivate'),
    }),
    ...route('revokeMcpSubscription', { ...byId, handler: moving('revoke') }),
    ...route('extendMcpSubscription', { ...byId, handler: handlers.extend }),
    ...route('rotateMcpSubscriptionKey', { ...byId, ...handlers.rotation }),
    ...route('decideMcpSubscriptions', { handler: handlers.decide }),
  };
};
