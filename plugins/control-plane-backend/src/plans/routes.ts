import { Principal, notFound } from '@stoa/plugin-stoa-common';
import { PolicyEngine } from '@stoa/plugin-stoa-node';
import { ApiRecord, ApiStore } from '../apis/ApiStore';
import { etagOf } from '../apis/checks';
import { apiPermissions, toWire as apiToWire } from '../apis/view';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { PlanService } from './PlanService';
import { PlanStore, toWire } from './PlanStore';

export const planRoutes = (deps: {
  service: PlanService;
  plans: PlanStore;
  tenants: TenantStore;
  apis: ApiStore;
  policy: PolicyEngine;
}) => {
  const { service, policy } = deps;
  const apiReply = async (principal: Principal, api: ApiRecord) => ({
    headers: { ETag: etagOf(api) },
    body: apiToWire(
      api,
      await deps.apis.routes([api]),
      await apiPermissions(policy, principal, api.tenantId),
    ),
  });
  return {
    ...route('listPlans', {
      handler: async ({ params }) => {
        if (!(await deps.tenants.get(params.tenant_id)))
          throw notFound('tenant');
        const plans = await deps.plans.list(params.tenant_id);
        return { body: { items: plans.map(toWire) } };
      },
    }),
    ...route('createPlan', {
      handler: async ({ actor, params, body }) => ({
        status: 201,
        body: toWire(await service.create(actor, params.tenant_id, body)),
      }),
    }),
    ...route('getPlan', {
      handler: async ({ params }) => ({
        body: toWire(await service.get(params.tenant_id, params.plan_id)),
      }),
    }),
    ...route('updatePlan', {
      handler: async ({ actor, params, body }) => ({
        body: toWire(
          await service.update(actor, params.tenant_id, params.plan_id, body),
        ),
      }),
    }),
    ...route('deletePlan', {
      handler: async ({ actor, params }) => {
        await service.remove(actor, params.tenant_id, params.plan_id);
        return {};
      },
    }),
    ...route('assignPlan', {
      handler: async ({ actor, principal, params }) =>
        apiReply(
          principal,
          await service.assign(
            actor,
            params.tenant_id,
            params.api_id,
            params.plan_id,
          ),
        ),
    }),
    ...route('unassignPlan', {
      handler: async ({ actor, principal, params }) =>
        apiReply(
          principal,
          await service.unassign(
            actor,
            params.tenant_id,
            params.api_id,
            params.plan_id,
          ),
        ),
    }),
  };
};
