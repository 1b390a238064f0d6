import { notFound } from '@stoa/plugin-stoa-common';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { PlanStore, publicPlan } from './PlanStore';

export const planRoutes = (deps: { plans: PlanStore; tenants: TenantStore }) =>
  route('listPlans', {
    handler: async ({ params }) => {
      if (!(await deps.tenants.get(params.tenant_id))) throw notFound('tenant');
      return {
        body: {
          items: (await deps.plans.list(params.tenant_id)).map(publicPlan),
        },
      };
    },
  });
