import { Counters, memoryCounters } from './counters';
import type { QuotaDecision } from './QuotaLimiter';

/** What a plan allows: calls a minute, and calls beyond that for a moment. */
export interface PlanRate {
  readonly perMinute: number;
  readonly burst: number;
}

/** What became of one call. `resetSeconds` is when the minute ends; `remaining` leaves the burst out. */
export interface RateDecision {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

const MINUTE_S = 60;
/** The burst comes back after this time: long enough that it does not become the rate. */
const BURST_S = 600;

/**
 * Counts calls per key in fixed minutes. What exceeds the rate is taken
 * from the burst, which is filled up every ten minutes. Forgets a key when its
 * time is over, so that memory follows the number of active keys.
 */
export class PlanLimiter {
  readonly #minute;
  readonly #burst;

  constructor(counters: Counters = memoryCounters()) {
    this.#minute = counters.counter('m', MINUTE_S);
    this.#burst = counters.counter('b', BURST_S);
  }

  async take(key: string, rate: PlanRate): Promise<RateDecision> {
    const { consumedPoints: used, msBeforeNext } = await this.#minute.consume(
      key,
    );
    const allowed =
      used <= rate.perMinute ||
      (rate.burst > 0 &&
        (await this.#burst.consume(key)).consumedPoints <= rate.burst);
    return {
      allowed,
      limit: rate.perMinute,
      remaining: Math.max(0, rate.perMinute - used),
      resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    };
  }
}

/**
 * The fields that tell a client where it stands: `RateLimit` and `RateLimit-Policy`
 * of draft-ietf-httpapi-ratelimit-headers, the three separate fields of its earlier
 * versions, which most clients know, and for a refused call `Retry-After` (RFC 9110
 * §10.2.3, seconds).
 */
export function rateLimitHeaders(
  decision: RateDecision,
): Record<string, string> {
  const { allowed, limit, remaining, resetSeconds } = decision;
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
    'ratelimit-policy': `"minute";q=${limit};w=${MINUTE_S}`,
    ratelimit: `"minute";r=${remaining};t=${resetSeconds}`,
    ...(!allowed && { 'retry-after': String(resetSeconds) }),
  };
}

/** What a caller is told whose plan has no call left. */
export function quotaMessage({ limit, window }: QuotaDecision): string {
  return window === 'day'
    ? `The plan allows ${limit} calls a day.`
    : `The plan allows ${limit} calls a month.`;
}

/** The same for a quota, where that is what a call was refused for. */
export function quotaHeaders(decision: QuotaDecision): Record<string, string> {
  const { window, limit, remaining, resetSeconds } = decision;
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
    'ratelimit-policy': `"${window}";q=${limit}`,
    ratelimit: `"${window}";r=${remaining};t=${resetSeconds}`,
    'retry-after': String(resetSeconds),
  };
}
