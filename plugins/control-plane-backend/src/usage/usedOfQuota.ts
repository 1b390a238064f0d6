import { QuotaSubject, QuotaUsed } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { BUCKETS } from './rollup';

/** Statuses of calls that take nothing of a quota. */
export const UNCOUNTED = ['rate_limited', 'policy_denied'];

/** Calls of this day and month, in UTC, that count towards a quota. */
export async function usedOfQuota(
  knex: Knex,
  { per, tenantId, environment, id }: QuotaSubject,
): Promise<QuotaUsed> {
  const today = new Date().toISOString().slice(0, BUCKETS.day);
  const rows = await knex('usage_rollups')
    .where({
      tenant_id: tenantId,
      granularity: 'day',
      ...columnsOf(per, id),
      ...(environment && { environment }),
    })
    .where('bucket', '>=', `${today.slice(0, 7)}-01`)
    .whereNotIn('status', UNCOUNTED)
    .groupBy('bucket')
    .select('bucket')
    .sum({ calls: 'calls' });
  const count = (days: readonly any[]) =>
    days.reduce((sum: number, row: any) => sum + Number(row.calls), 0);
  return {
    day: count(rows.filter((row: any) => row.bucket === today)),
    month: count(rows),
  };
}

/** The calls of a subject, in the words of the table. */
function columnsOf(per: QuotaSubject['per'], id: string): object {
  switch (per) {
    case 'subscription':
      return { subscription_id: id };
    case 'application':
      return { application_id: id };
    case 'person':
      return { subject: id };
    case 'api':
      return { api_id: id };
    case 'tool': {
      const [server, tool] = id.split('/');
      return { server, tool };
    }
    // All that is the tenant's.
    case 'tenant':
      return {};
    default:
      throw new Error(`Nothing is counted per ${per satisfies never}`);
  }
}
