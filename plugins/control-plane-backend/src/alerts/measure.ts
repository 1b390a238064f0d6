import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { Digest, mergeInto, percentile } from '../usage/digest';
import { BUCKETS } from '../usage/rollup';
import { UNCOUNTED } from '../usage/usedOfQuota';

type Rule = Pick<
  Schema<'AlertRule'>,
  'tenant_id' | 'metric' | 'window' | 'api_id' | 'environment'
>;

const MINUTE_MS = 60_000;
const WINDOW_MINUTES: Record<Rule['window'], number> = {
  '5m': 5,
  '15m': 15,
  '1h': 60,
  '6h': 360,
  '24h': 1_440,
  '30d': 43_200,
};
/** Windows up to this are measured to the second by the single calls; longer ones by whole hours. */
const SINGLE_MINUTES = 60;

/** What failed through the API's fault. */
const FAILED = ['error', 'timeout'];

/** The figure that a rule watches, now; nothing where nothing was called. */
export async function measure(
  knex: Knex,
  rule: Rule,
  now: Date = new Date(),
): Promise<number | undefined> {
  if (rule.metric === 'quota_used') return quotaUsed(knex, rule, now);
  const minutes = WINDOW_MINUTES[rule.window];
  const from = new Date(now.getTime() - minutes * MINUTE_MS);
  return minutes <= SINGLE_MINUTES
    ? ofSingleCalls(knex, rule, from)
    : ofRollups(knex, rule, from);
}

async function ofSingleCalls(
  knex: Knex,
  rule: Rule,
  from: Date,
): Promise<number | undefined> {
  const calls = () =>
    knex('metering_events as m')
      .where(scopeOf(rule, 'm'))
      .where('m.bucket', '>=', from.toISOString().slice(0, BUCKETS.hour))
      .where('m.at', '>=', from.toISOString());
  const counts = await calls()
    .groupBy('m.status')
    .select('m.status')
    .count({ n: '*' });
  const count = (statuses?: readonly string[]) =>
    counts
      .filter((row: any) => !statuses || statuses.includes(row.status))
      .reduce((sum: number, row: any) => sum + Number(row.n), 0);
  const all = count();
  if (all === 0) return undefined;
  if (rule.metric === 'error_rate') return (100 * count(FAILED)) / all;
  if (rule.metric === 'rate_limited') return count(['rate_limited']);
  const row = await calls()
    .orderBy('m.latency_ms')
    .offset(Math.ceil(0.95 * all) - 1)
    .first('m.latency_ms');
  return row?.latency_ms;
}

async function ofRollups(
  knex: Knex,
  rule: Rule,
  from: Date,
): Promise<number | undefined> {
  const rows = await knex('usage_rollups as u')
    .where(scopeOf(rule, 'u'))
    .where('u.granularity', 'hour')
    .where('u.bucket', '>', from.toISOString().slice(0, BUCKETS.hour))
    .select('u.status', 'u.calls', 'u.latencies', 'u.latency_max');
  const count = (statuses?: readonly string[]) =>
    rows
      .filter((row: any) => !statuses || statuses.includes(row.status))
      .reduce((sum: number, row: any) => sum + Number(row.calls), 0);
  const all = count();
  if (all === 0) return undefined;
  if (rule.metric === 'error_rate') return (100 * count(FAILED)) / all;
  if (rule.metric === 'rate_limited') return count(['rate_limited']);
  const digest: Digest = new Map();
  for (const { latencies } of rows) mergeInto(digest, latencies);
  const slowest = Math.max(...rows.map((row: any) => row.latency_max));
  return percentile(digest, 0.95, slowest);
}

/** Percent of the quota of this day or month, in UTC, of the subscription that used most of its own. */
async function quotaUsed(
  knex: Knex,
  rule: Rule,
  now: Date,
): Promise<number | undefined> {
  const day = now.toISOString().slice(0, BUCKETS.day);
  const [first, quota] =
    rule.window === '30d'
      ? [`${day.slice(0, 7)}-01`, 'p.quota_per_month']
      : [day, 'p.quota_per_day'];
  const rows = await knex('usage_rollups as u')
    .join('plans as p', join =>
      join.on('p.tenant_id', 'u.tenant_id').andOn('p.id', 'u.plan'),
    )
    .where(scopeOf(rule, 'u'))
    .where('u.granularity', 'day')
    .where('u.bucket', '>=', first)
    .whereNotIn('u.status', UNCOUNTED)
    .whereNotNull('u.subscription_id')
    .whereNotNull(quota)
    .groupBy('u.subscription_id', quota)
    .select({ quota })
    .sum({ calls: 'u.calls' });
  if (rows.length === 0) return undefined;
  return Math.max(
    ...rows.map((row: any) => (100 * Number(row.calls)) / Number(row.quota)),
  );
}

function scopeOf(rule: Rule, table: string): Record<string, string> {
  return {
    [`${table}.tenant_id`]: rule.tenant_id,
    ...(rule.api_id && { [`${table}.api_id`]: rule.api_id }),
    ...(rule.environment && { [`${table}.environment`]: rule.environment }),
  };
}
