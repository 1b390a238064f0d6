import { StoaError, notFound } from '@stoa/plugin-stoa-common';
import { route } from '../http/route';
import { TenantStore } from '../tenants/TenantStore';
import { UsageStore } from './UsageStore';

const DAY_MS = 24 * 3600_000;
/** The longest window that is answered in one report. */
const MAX_DAYS = 400;

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
}) {
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
  return { from, to, bucket: query.bucket ?? ('day' as const) };
}
