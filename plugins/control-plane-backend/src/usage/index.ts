import { Knex } from 'knex';
import { Routes } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { usageRoutes } from './routes';
import { UsageStore } from './UsageStore';

/** What was called how often, and how it went. */
export function createUsage(options: {
  readonly knex: Knex;
  readonly tenants: TenantStore;
}): { readonly routes: Routes; readonly store: UsageStore } {
  const store = new UsageStore(options.knex);
  return { routes: usageRoutes({ ...options, usage: store }), store };
}
