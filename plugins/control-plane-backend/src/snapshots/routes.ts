import { notFound } from '@stoa/plugin-stoa-common';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { SnapshotStore } from './SnapshotStore';

export const snapshotRoutes = (deps: {
  snapshots: SnapshotStore;
  tenants: TenantStore;
}) => ({
  ...route('listSnapshots', {
    handler: async ({ params, query }) => {
      if (!(await deps.tenants.get(params.tenant_id))) throw notFound('tenant');
      return {
        body: await deps.snapshots.list(
          { tenantId: params.tenant_id },
          { ...query, limit: query.limit ?? 25 },
        ),
      };
    },
  }),
  ...route('getSnapshot', {
    handler: async ({ params }) => {
      const { tenant_id: tenantId, snapshot_id: id } = params;
      const snapshot = await deps.snapshots.get(tenantId, id);
      if (!snapshot) throw notFound('snapshot');
      return { body: snapshot };
    },
  }),
  ...route('listMySnapshots', {
    resource: () => ({}),
    handler: async ({ principal, query }) => ({
      body: await deps.snapshots.list(
        { subject: principal.subject },
        { ...query, limit: query.limit ?? 25 },
      ),
    }),
  }),
});
