import {
  isWellFormedKey,
  Principal,
  Schema,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import {
  PolicyEngine,
  PolicyResource,
  policyInput,
} from '@stoa/plugin-stoa-node';
import { ApiStore } from '../apis/ApiStore';
import { ApplicationService } from '../applications/ApplicationService';
import { policyOwner } from '../applications/ApplicationStore';
import { Actor } from '../database/UnitOfWork';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { isPublicApi } from '../projector/applyApi';
import { hashKey } from './keys';
import { isLegal, MoveName } from './lifecycle';
import { SubscriptionService } from './SubscriptionService';
import { SubscriptionRecord, SubscriptionStore } from './SubscriptionStore';

/** What the policy knows of a subscription: whose API it is to, who owns it, who asked for it. */
function resourceOf(subscription: SubscriptionRecord): PolicyResource {
  const people = [
    subscription.subscriberId,
    policyOwner(subscription.ownerRef),
  ];
  return {
    tenantId: subscription.tenantId,
    owners: people,
    requesters: people,
    status: subscription.status,
  };
}

export const subscriptionRoutes = (deps: {
  service: SubscriptionService;
  store: SubscriptionStore;
  apis: ApiStore;
  tenants: TenantStore;
  applications: ApplicationService;
  policy: PolicyEngine;
}) => {
  const { service, store, policy } = deps;

  const view = async (
    principal: Principal,
    s: SubscriptionRecord,
  ): Promise<Schema<'Subscription'>> => {
    const resource = resourceOf(s);
    const may = async (
      action: 'stoa.subscription.cancel' | 'stoa.subscription.decide',
      move: MoveName,
    ) =>
      isLegal(move, s.status) &&
      (await policy.decide(policyInput(principal, action, resource))).allow;
    return {
      id: s.id,
      application_id: s.applicationId,
      application_name: s.applicationName,
      tenant_id: s.tenantId,
      api_id: s.apiId,
      api_name: s.apiName,
      subscriber_id: s.subscriberId,
      ...(s.subscriberName && { subscriber_name: s.subscriberName }),
      plan: s.plan,
      rate_limit: s.rateLimit,
      api_key_prefix: s.keyPrefix,
      status: s.status,
      ...(s.requestReason && { request_reason: s.requestReason }),
      ...(s.statusReason && { status_reason: s.statusReason }),
      approved_at: s.approvedAt,
      approved_by: s.approvedBy,
      expires_at: s.expiresAt,
      created_at: s.createdAt,
      permissions: {
        cancel: await may('stoa.subscription.cancel', 'cancel'),
        approve: await may('stoa.subscription.decide', 'approve'),
        reject: await may('stoa.subscription.decide', 'reject'),
        revoke: await may('stoa.subscription.decide', 'revoke'),
      },
    };
  };
  const page = async (
    principal: Principal,
    scope: Parameters<SubscriptionStore['list']>[0],
    query: { limit?: number; cursor?: string },
  ) => {
    const found = await store.list(scope, {
      limit: query.limit ?? 25,
      cursor: query.cursor,
    });
    return {
      body: {
        ...found,
        items: await Promise.all(found.items.map(s => view(principal, s))),
      },
    };
  };
  const tenantPage = async (
    principal: Principal,
    scope: { tenantId: string; apiId?: string; status?: string },
    query: { limit?: number; cursor?: string },
  ) => {
    if (!(await deps.tenants.get(scope.tenantId))) throw notFound('tenant');
    return page(principal, scope, query);
  };
  const byId = {
    what: 'subscription',
    resource: async (call: { params: { subscription_id: string } }) =>
      resourceOf(await service.get(call.params.subscription_id)),
  };
  /** The handler of a move, with the reason where its operation asks for one. */
  const moving =
    (name: MoveName) =>
    async (call: {
      actor: Actor;
      principal: Principal;
      params: { subscription_id: string };
      body?: { reason: string };
    }) => ({
      body: await view(
        call.principal,
        await service.move(
          call.actor,
          call.params.subscription_id,
          name,
          call.body?.reason,
        ),
      ),
    });
  const mine = {
    resource: () => ({}),
    handler: async ({
      principal,
      query,
    }: {
      principal: Principal;
      query: { limit?: number; cursor?: string };
    }) => page(principal, { subscriberId: principal.subject }, query),
  };

  return {
    ...route('createSubscription', {
      what: 'API or application',
      resourceOfBody: async body => {
        const api = await deps.apis.get(body.tenant_id, body.api_id);
        const tenant = api && (await deps.tenants.get(api.tenantId));
        if (!api || !tenant) throw notFound('API or application');
        // An unknown one has no owner, so that its absence is told no sooner than the API's.
        const application = await deps.applications.store.get(
          body.application_id,
        );
        return {
          tenantId: api.tenantId,
          visibility: isPublicApi(api, tenant) ? 'public' : 'private',
          status: api.status,
          owners: application ? [policyOwner(application.owner_ref)] : [],
        };
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
    ...route('listMySubscriptions', mine),
    ...route('listPortalSubscriptions', mine),
    ...route('listTenantSubscriptions', {
      handler: async ({ principal, params, query }) =>
        tenantPage(
          principal,
          {
            tenantId: params.tenant_id,
            apiId: query.api_id,
            status: query.status,
          },
          query,
        ),
    }),
    ...route('listPendingSubscriptions', {
      handler: async ({ principal, params, query }) =>
        tenantPage(
          principal,
          { tenantId: params.tenant_id, status: 'pending' },
          query,
        ),
    }),
    ...route('getSubscription', {
      ...byId,
      handler: async ({ principal, params }) => ({
        body: await view(principal, await service.get(params.subscription_id)),
      }),
    }),
    ...route('listSubscriptionHistory', {
      ...byId,
      handler: async ({ params }) => ({
        body: {
          items: await store.history(await service.get(params.subscription_id)),
        },
      }),
    }),
    ...route('cancelSubscription', { ...byId, handler: moving('cancel') }),
    ...route('approveSubscription', { ...byId, handler: moving('approve') }),
    ...route('rejectSubscription', { ...byId, handler: moving('reject') }),
    ...route('revokeSubscription', { ...byId, handler: moving('revoke') }),
    ...route('validateKey', {
      resource: () => ({}),
      handler: async ({ body }) => ({
        body: await validateKey(store, body.api_key),
      }),
    }),
  };
};

/** 401 for malformed and unknown, 403 for known but not usable, with the answer of the seed for a good one. */
async function validateKey(store: SubscriptionStore, key: string) {
  const found = isWellFormedKey(key)
    ? await store.findByKeyHash(hashKey(key))
    : undefined;
  if (!found)
    throw new StoaError('stoa.key.unknown', 'The API key is not known.');
  const expired =
    found.expiresAt !== null && Date.parse(found.expiresAt) <= Date.now();
  if (found.status !== 'active' || expired) {
    throw new StoaError(
      'stoa.key.not_active',
      `The subscription is ${expired ? 'expired' : found.status}.`,
    );
  }
  return {
    valid: true as const,
    subscription_id: found.id,
    application_id: found.applicationId,
    application_name: found.applicationName,
    subscriber_id: found.subscriberId,
    api_id: found.apiId,
    tenant_id: found.tenantId,
    plan: found.plan,
    rate_limit: found.rateLimit,
    expires_at: found.expiresAt,
  };
}
