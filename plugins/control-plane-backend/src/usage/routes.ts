import { StoaError, notFound } from '@stoa/plugin-stoa-common';
import { exportReply } from '../http/exporting';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { UsageGroup, UsageStore, UsageWindow } from './UsageStore';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
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
  'request_bytes',
  'response_bytes',
] as const;

export const usageRoutes = (deps: {
  usage: UsageStore;
  tenants: TenantStore;
  /** For how long single calls are kept. */
  keptDays: number;
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
  ...route('rebuildUsage', {
    resource: () => ({}),
    handler: async ({ body: { from, to } }) => {
      checkRebuild(from, to, deps.keptDays);
      await deps.usage.rollups.rebuild(from, to);
      return {};
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

/** Throws `stoa.validation` for days that cannot be made again, or are too many at once. */
function checkRebuild(from: string, to: string, keptDays: number): void {
  const first = Date.parse(from);
  const days = (Date.parse(to) - first) / DAY_MS;
  const kept = Date.now() - keptDays * DAY_MS;
  const message =
    first < kept
      ? `must be within the last ${keptDays} days, for which calls are kept`
      : 'must be before "to", by 31 days at the most';
  if (first >= kept && days > 0 && days <= 31) return;
  throw new StoaError('stoa.validation', `from: ${message}`, {
    details: [{ field: 'from', message }],
  });
}

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
  from.setUTCMinutes(0, 0, 0);
  if (to.getTime() % HOUR_MS > 0) to.setUTCMinutes(60, 0, 0);
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
