import { Decision, ListFilter } from '@stoa/plugin-stoa-common';

/**
 * Reads the result set of an evaluation as a Decision. Throws for every other
 * shape: an answer that is not understood must not become a yes.
 */
export function readDecision(resultSet: unknown): Decision {
  const answer =
    Array.isArray(resultSet) && resultSet.length === 1
      ? (resultSet[0] as { result?: unknown } | null)?.result
      : undefined;
  if (!isRecord(answer)) throw malformed('it is no object');

  const { allow, rule, missing, filter, limit } = answer;
  if (typeof allow !== 'boolean') throw malformed('allow is no boolean');
  if (typeof rule !== 'string' || !rule) throw malformed('rule is no name');
  if (!isStrings(missing)) throw malformed('missing is no list of strings');
  if (allow && missing.length > 0) throw malformed('it allows and lacks');
  return {
    allow,
    rule,
    missing,
    ...(filter !== undefined && { filter: readFilter(filter) }),
    ...(limit !== undefined && { limit: readLimit(limit) }),
  };
}

function readFilter(filter: unknown): ListFilter {
  if (filter === 'all' || filter === 'own') return filter;
  if (isRecord(filter) && isStrings(filter.tenants)) {
    return { tenants: filter.tenants };
  }
  throw malformed('filter is none');
}

function readLimit(limit: unknown): number {
  if (Number.isSafeInteger(limit) && Number(limit) > 0) return Number(limit);
  throw malformed('limit is no number of calls');
}

function malformed(what: string): Error {
  return new Error(`The policy answered in another shape: ${what}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(v => typeof v === 'string');
}
