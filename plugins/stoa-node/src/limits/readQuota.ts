import { Quota } from './QuotaLimiter';

/** The quota in what the control plane says of a subscription. */
export function readQuota(answer: Readonly<Record<string, unknown>>): Quota {
  const { quota_per_day: perDay, quota_per_month: perMonth } = answer;
  return {
    ...(typeof perDay === 'number' && { perDay }),
    ...(typeof perMonth === 'number' && { perMonth }),
  };
}
