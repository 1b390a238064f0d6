import { notFound } from '@stoa/plugin-stoa-common';
import { PolicyResource } from '@stoa/plugin-stoa-node';
import { ApiDocuments } from '../apis/ApiDocuments';
import { ApiStore } from '../apis/ApiStore';
import { definitionReply } from '../apis/view';
import { route } from '../http/route';
import { PlanStore, publicPlan } from '../plans/PlanStore';
import { PortalEntry, PortalStore, toPortalApi } from './PortalStore';
import { PortalUsage } from './PortalUsage';

export const portalRoutes = (deps: {
  portal: PortalStore;
  usage: PortalUsage;
  apis: ApiStore;
  plans: PlanStore;
  documents: ApiDocuments;
}) => {
  const find = async (id: string): Promise<PortalEntry> => {
    const entry = await deps.portal.get(id);
    if (!entry) throw notFound('API');
    return entry;
  };
  const byId = {
    what: 'API',
    resource: async (call: {
      params: { id: string };
    }): Promise<PolicyResource> => {
      const { api, isPublic } = await find(call.params.id);
      return {
        tenantId: api.tenantId,
        visibility: isPublic ? 'public' : 'private',
        status: api.status,
      };
    },
  };
  return {
    ...route('listPortalApis', {
      resource: () => ({}),
      handler: async ({ query, decision }) => {
        const page = await deps.portal.list(decision.filter, query);
        const routes = await deps.apis.routes(page.items.map(e => e.api));
        return {
          body: { ...page, items: page.items.map(e => toPortalApi(e, routes)) },
        };
      },
    }),
    ...route('getPortalFacets', {
      resource: () => ({}),
      handler: async ({ query, decision }) => ({
        body: await deps.portal.facets(decision.filter, query),
      }),
    }),
    ...route('listPortalUsage', {
      resource: () => ({}),
      handler: async ({ principal, query }) => ({
        body: await deps.usage.list(principal.subject, query),
      }),
    }),
    ...route('getPortalApi', {
      ...byId,
      handler: async ({ params }) => {
        const entry = await find(params.id);
        const { tenantId, plans: offered } = entry.api;
        const plans = await deps.plans.list(tenantId);
        return {
          body: {
            ...toPortalApi(entry, await deps.apis.routes([entry.api])),
            plan_details: plans
              .filter(plan => offered.length === 0 || offered.includes(plan.id))
              .map(publicPlan),
          },
        };
      },
    }),
    ...route('getPortalApiDefinition', {
      ...byId,
      handler: async ({ params }) => {
        const { api } = await find(params.id);
        return definitionReply(
          await deps.documents.definition(api.tenantId, api.apiId, api.version),
        );
      },
    }),
  };
};
