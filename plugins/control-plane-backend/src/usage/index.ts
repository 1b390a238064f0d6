import { RootConfigService } from '@backstage/backend-plugin-api';
import { UnitOfWork } from '../database/UnitOfWork';
import { Routes } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { usageRoutes } from './routes';
import { UsageStore } from './UsageStore';

/** What was called how often, and how it went. */
export function createUsage(options: {
  readonly unitOfWork: UnitOfWork;
  readonly tenants: TenantStore;
  readonly config: RootConfigService;
}): { readonly routes: Routes; readonly store: UsageStore } {
  const { config, unitOfWork } = options;
  const store = new UsageStore({
    unitOfWork,
    // Without brokers nobody is there to listen.
    publishes:
      config.getOptionalBoolean('stoa.metering.events') ??
      config.has('stoa.kafka'),
  });
  return {
    routes: usageRoutes({
      tenants: options.tenants,
      usage: store,
      keptDays: config.getOptionalNumber('stoa.retention.meteringDays') ?? 90,
    }),
    store,
  };
}
