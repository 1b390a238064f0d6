import { Schema, notFound } from '@stoa/plugin-stoa-common';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { SnapshotService, snapshotTag } from './SnapshotService';
import { SnapshotStore } from './SnapshotStore';

export const snapshotRoutes = (deps: {
  snapshots: SnapshotStore;
  service: SnapshotService;
  tenants: TenantStore;
}) => ({
  ...route('listSnapshots', {
    handler: async ({ params, query }) => {
      if (!(await deps.tenants.get(params.tenant_id))) throw notFound('tenant');
      return {
        body: await deps.snapshots.list({ tenantId: params.tenant_id }, query),
      };
    },
  }),
  ...route('getSnapshot', {
    handler: async ({ params }) => {
      const { tenant_id: tenantId, snapshot_id: id } = params;
      return one(await deps.service.get(tenantId, id));
    },
  }),
  ...route('updateSnapshot', {
    handler: async ({ actor, params, body, ifMatch }) => {
      const { tenant_id: tenantId, snapshot_id: id } = params;
      return one(await deps.service.update(actor, tenantId, id, body, ifMatch));
    },
  }),
  ...route('listMySnapshots', {
    resource: () => ({}),
    handler: async ({ principal, query }) => ({
      body: await deps.snapshots.list({ subject: principal.subject }, query),
    }),
  }),
});

function one(snapshot: Schema<'Snapshot'>) {
  return { body: snapshot, headers: { ETag: snapshotTag(snapshot) } };
}
