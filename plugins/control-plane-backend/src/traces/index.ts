import { notFound } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { route, Routes } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { TraceStore } from './TraceStore';

/** The timelines of what was done for a tenant. */
export function createTraces(options: {
  readonly knex: Knex;
  readonly tenants: TenantStore;
}): { readonly routes: Routes } {
  const traces = new TraceStore(options.knex);
  return {
    routes: {
      ...route('listTraces', {
        handler: async ({ params, query }) => {
          const { tenant_id: tenantId } = params;
          if (!(await options.tenants.get(tenantId))) throw notFound('tenant');
          return { body: await traces.list(tenantId, query) };
        },
      }),
      ...route('getTrace', {
        handler: async ({ params }) => {
          const trace = await traces.get(params.tenant_id, params.trace_id);
          if (!trace) throw notFound('trace');
          return { body: trace };
        },
      }),
    },
  };
}
