import { Principal, Schema, notFound } from '@stoa/plugin-stoa-common';
import { PolicyEngine, PolicyResource } from '@stoa/plugin-stoa-node';
import { ApiStore } from '../apis/ApiStore';
import { ApplicationService } from '../applications/ApplicationService';
import { policyOwner } from '../applications/ApplicationStore';
import { OnDenied } from '../http/refusal';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { isPublicApi } from '../projector/applyApi';
import { baseView, subscriptionHandlers } from './handlers';
import { KeyLookup } from './KeyLookup';
import { permitted, SUBSCRIPTION_ASKS } from './permissions';
import { SubscriptionService } from './SubscriptionService';
import { SubscriptionRecord, SubscriptionStore } from './SubscriptionStore';
import { validateKey } from './validateKey';

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
  keys: KeyLookup;
  apis: ApiStore;
  tenants: TenantStore;
  applications: ApplicationService;
  policy: PolicyEngine;
  onDenied: OnDenied;
}) => {
  const { service, policy } = deps;
  const view = async (
    principal: Principal,
    s: SubscriptionRecord,
  ): Promise<Schema<'Subscription'>> => ({
    ...baseView(s),
    application_id: s.applicationId,
    application_name: s.applicationName,
    api_id: s.apiId,
    api_name: s.apiName,
    permissions: await permitted(
      policy,
      principal,
      s,
      resourceOf(s),
      SUBSCRIPTION_ASKS,
    ),
  });
  const handlers = subscriptionHandlers({ ...deps, view, resourceOf });
  const { byId, mine, ofTenant, one, history, moving } = handlers;

  return {
    ...route('createSubscription', {
      what: 'API or application',
      resourceOfBody: async body => {
        const api = await deps.apis.get(body.tenant_id, body.api_id);
        const tenant = api && (await deps.tenants.get(api.tenantId));
        if (!api || !tenant) throw notFound('API or application');
        // An unknown one has no owner, so that its absence is told no sooner than the API's.
        const application = await deps.applications.deps.store.get(
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
    ...route('suspendSubscription', { ...byId, handler: moving('suspend') }),
    ...route('reactivateSubscription', {
      ...byId,
      handler: moving('reactivate'),
    }),
    ...route('revokeSubscription', { ...byId, handler: moving('revoke') }),
    ...route('extendSubscription', { ...byId, handler: handlers.extend }),
    ...route('rotateSubscriptionKey', { ...byId, ...handlers.rotation }),
    ...route('decideSubscriptions', { handler: handlers.decide }),
    ...route('validateKey', {
      resource: () => ({}),
      handler: async ({ body }) => ({
        body: await validateKey(deps.keys, body.api_key),
      }),
    }),
  };
};
