import { DateTime } from 'luxon';
import { Schema } from '@stoa/plugin-stoa-common';

export type UsageReport = Schema<'UsageReport'>;
export type UsageItem = UsageReport['items'][number];

export interface Point {
  /** ISO 8601, start of the bucket. */
  readonly at: string;
  readonly calls: number;
  readonly errors: number;
  readonly rateLimited: number;
  /** Weighted by calls. */
  readonly latency: number;
}

/** One point per bucket of the window, the empty ones included, so that a quiet day shows as quiet. */
export function fold(report: UsageReport): Point[] {
  const unit = report.bucket;
  const points = new Map<string, Point>();
  let at = DateTime.fromISO(report.from, { zone: 'utc' }).startOf(unit);
  const end = DateTime.fromISO(report.to, { zone: 'utc' });
  while (at < end) {
    points.set(keyOf(at), {
      at: at.toISO() ?? '',
      calls: 0,
      errors: 0,
      rateLimited: 0,
      latency: 0,
    });
    at = at.plus({ [unit]: 1 });
  }
  for (const item of report.items) {
    const start = DateTime.fromISO(item.at, { zone: 'utc' }).startOf(unit);
    const key = keyOf(start);
    const known = points.get(key);
    if (!known) continue;
    const calls = known.calls + item.calls;
    points.set(key, {
      at: known.at,
      calls,
      errors: known.errors + item.errors,
      rateLimited: known.rateLimited + item.rate_limited,
      latency: calls
        ? (known.latency * known.calls + item.average_latency_ms * item.calls) /
          calls
        : 0,
    });
  }
  return [...points.values()];
}

function keyOf(time: DateTime): string {
  return String(time.toMillis());
}
