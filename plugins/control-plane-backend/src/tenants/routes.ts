import { notFound } from '@stoa/plugin-stoa-common';
import { route } from '../http/route';
import { TenantStore } from './TenantStore';

export const tenantRoutes = (tenants: TenantStore) => ({
  ...route('listTenants', {
    resource: () => ({}),
    handler: async ({ query, decision }) => ({
      body: await tenants.list(decision.filter, {
        limit: query.limit ?? 25,
        cursor: query.cursor,
      }),
    }),
  }),
  ...route('getTenant', {
    handler: async ({ params }) => {
      const tenant = await tenants.get(params.tenant_id);
      if (!tenant) throw notFound('tenant');
      return { body: tenant };
    },
  }),
});
