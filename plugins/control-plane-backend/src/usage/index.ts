import { RootConfigService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { Routes } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { usageRoutes } from './routes';
import { UsageStore } from './UsageStore';

/** What was called how often, and how it went. */
export function createUsage(options: {
  readonly knex: Knex;
  readonly tenants: TenantStore;
  readonly config: RootConfigService;
}): { readonly routes: Routes; readonly store: UsageStore } {
  const store = new UsageStore(options.knex);
  return {
    routes: usageRoutes({
      ...options,
      usage: store,
      keptDays:
        options.config.getOptionalNumber('stoa.retention.meteringDays') ?? 90,
    }),
    store,
  };
}
