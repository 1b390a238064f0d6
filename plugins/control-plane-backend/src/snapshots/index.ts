import { UnitOfWork } from '../database/UnitOfWork';
import { Routes } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { snapshotRoutes } from './routes';
import { SnapshotService } from './SnapshotService';
import { SnapshotStore } from './SnapshotStore';

/** Masked pictures of failed calls, and what operators note about them. */
export function createSnapshots(options: {
  readonly unitOfWork: UnitOfWork;
  readonly tenants: TenantStore;
}): { readonly routes: Routes; readonly store: SnapshotStore } {
  const { unitOfWork, tenants } = options;
  const snapshots = new SnapshotStore(unitOfWork.knex);
  const service = new SnapshotService({ unitOfWork, snapshots });
  return {
    routes: snapshotRoutes({ snapshots, service, tenants }),
    store: snapshots,
  };
}
