import {
  isWellFormedKey,
  Principal,
  Schema,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { PolicyEngine, PolicyResource } from '@stoa/plugin-stoa-node';
import { ApiStore } from '../apis/ApiStore';
import { ApplicationService } from '../applications/ApplicationService';
import { policyOwner } from '../applications/ApplicationStore';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { isPublicApi } from '../projector/applyApi';
import { baseView, permittedMoves, subscriptionHandlers } from './handlers';
import { hashKey } from './keys';
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
  ): Promise<Schema<'Subscription'>> => ({
    ...baseView(s),
    application_id: s.applicationId,
    application_name: s.applicationName,
    api_id: s.apiId,
    api_name: s.apiName,
    permissions: await permittedMoves(
      policy,
      principal,
      s.status,
      resourceOf(s),
      ['cancel', 'approve', 'reject', 'revoke'],
    ),
  });
  const { byId, mine, ofTenant, one, history, moving } = subscriptionHandlers({
    life: service.life,
    store,
    tenants: deps.tenants,
    view,
    resourceOf,
  });

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
        ofTenant(
          principal,
          {
            tenantId: params.tenant_id,
            to: query.api_id,
            status: query.status,
          },
          query,
        ),
    }),
    ...route('listPendingSubscriptions', {
      handler: async ({ principal, params, query }) =>
        ofTenant(
          principal,
          { tenantId: params.tenant_id, status: 'pending' },
          query,
        ),
    }),
    ...route('getSubscription', { ...byId, handler: one }),
    ...route('listSubscriptionHistory', { ...byId, handler: history }),
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
