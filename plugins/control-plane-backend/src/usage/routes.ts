import { StoaError, notFound } from '@stoa/plugin-stoa-common';
import { exportReply } from '../http/exporting';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { UsageGroup, UsageStore, UsageWindow } from './UsageStore';

const DAY_MS = 24 * 3600_000;
/** The longest window that is answered in one report. */
const MAX_DAYS = 400;

const COLUMNS = [
  'at',
  'tenant_id',
  'api_id',
  'server',
  'tool',
  'application_id',
  'application_name',
  'calls',
  'errors',
  'rate_limited',
  'average_latency_ms',
  'latency_p50_ms',
  'latency_p95_ms',
  'latency_p99_ms',
] as const;

export const usageRoutes = (deps: {
  usage: UsageStore;
  tenants: TenantStore;
}) => ({
  ...route('getTenantUsage', {
    handler: async ({ params, query }) => {
      if (!(await deps.tenants.get(params.tenant_id))) throw notFound('tenant');
      return {
        body: await deps.usage.report(
          { tenantId: params.tenant_id },
          windowOf(query),
        ),
      };
    },
  }),
  ...route('exportTenantUsage', {
    handler: async ({ params, query }) => {
      const { tenant_id: tenantId } = params;
      if (!(await deps.tenants.get(tenantId))) throw notFound('tenant');
      return exportReply({
        format: query.format ?? 'csv',
        name: `usage-${tenantId}`,
        columns: COLUMNS,
        batches: deps.usage.batches({ tenantId }, windowOf(query)),
      });
    },
  }),
  ...route('getMyUsage', {
    resource: () => ({}),
    handler: async ({ principal, query }) => ({
      body: await deps.usage.report(
        { subject: principal.subject },
        windowOf(query),
      ),
    }),
  }),
});

function windowOf(query: {
  from?: string;
  to?: string;
  bucket?: 'hour' | 'day';
  group_by?: UsageGroup;
}): UsageWindow {
  const to = query.to ? new Date(query.to) : new Date();
  const from = query.from
    ? new Date(query.from)
    : new Date(to.getTime() - 7 * DAY_MS);
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  if (!(days > 0 && days <= MAX_DAYS)) {
    const message = `must be before "to", by ${MAX_DAYS} days at the most`;
    throw new StoaError('stoa.validation', `from: ${message}`, {
      details: [{ field: 'from', message }],
    });
  }
  return {
    from,
    to,
    // Days are not parted into hours.
    bucket: query.group_by === 'day' ? 'day' : query.bucket ?? 'day',
    groupBy: query.group_by,
  };
}
