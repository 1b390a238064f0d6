import { DateTime } from 'luxon';

export const RANGES = ['24h', '7d', '30d'] as const;
export type Range = (typeof RANGES)[number];

export interface Window {
  readonly from: string;
  readonly to: string;
  readonly bucket: 'hour' | 'day';
}

export function isRange(value: string): value is Range {
  return (RANGES as readonly string[]).includes(value);
}

/** The start, the end and the fineness that a range asks the control plane for. */
export function windowOf(range: Range, now: DateTime = DateTime.utc()): Window {
  const to = now.toUTC().toISO() ?? '';
  if (range === '24h') {
    const from = now.minus({ hours: 24 }).startOf('hour').toUTC().toISO();
    return { from: from ?? '', to, bucket: 'hour' };
  }
  const days = range === '7d' ? 6 : 29;
  const from = now.minus({ days }).startOf('day').toUTC().toISO();
  return { from: from ?? '', to, bucket: 'day' };
}
