/** What a plan allows beside its rate, as gateways are told it; from a row or a record. */
export function quotaOf(terms: {
  readonly quotaPerDay?: number | null;
  readonly quotaPerMonth?: number | null;
}): { quota_per_day?: number; quota_per_month?: number } {
  const { quotaPerDay, quotaPerMonth } = terms;
  return {
    ...(quotaPerDay && { quota_per_day: quotaPerDay }),
    ...(quotaPerMonth && { quota_per_month: quotaPerMonth }),
  };
}
