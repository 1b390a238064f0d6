import { Knex } from 'knex';
import { ApiDocuments } from '../apis/ApiDocuments';
import { ApiStore } from '../apis/ApiStore';
import { Routes } from '../http/route';
import { PlanStore } from '../plans/PlanStore';
import { PortalStore } from './PortalStore';
import { PortalUsage } from './PortalUsage';
import { portalRoutes } from './routes';

/** What consumers discover, and what they made of it. */
export function createPortal(options: {
  readonly knex: Knex;
  readonly apis: ApiStore;
  readonly plans: PlanStore;
  readonly documents: ApiDocuments;
}): { readonly routes: Routes } {
  return {
    routes: portalRoutes({
      ...options,
      portal: new PortalStore(options.knex),
      usage: new PortalUsage(options.knex),
    }),
  };
}
