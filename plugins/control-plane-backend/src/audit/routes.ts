import { route } from '../http/route';
import { AuditStore } from './AuditStore';

export const auditRoutes = (audit: AuditStore) =>
  route('listAudit', {
    handler: async ({ params, query }) => ({
      body: await audit.list(params.tenant_id, {
        limit: query.limit ?? 25,
        cursor: query.cursor,
        outcome: query.outcome,
      }),
    }),
  });
