export {
  type Counter,
  type Counters,
  memoryCounters,
  redisCounters,
} from './counters';
export { FailureLimiter, type FailureLimiterOptions } from './FailureLimiter';
export { limitCountersServiceRef } from './limitCountersService';
export { Places } from './Places';
export {
  PlanLimiter,
  type PlanRate,
  quotaHeaders,
  quotaMessage,
  type RateDecision,
  rateLimitHeaders,
} from './PlanLimiter';
export {
  type Quota,
  type QuotaDecision,
  QuotaLimiter,
  type QuotaSubject,
  type QuotaUsed,
} from './QuotaLimiter';
export {
  type CountedCall,
  type Limiters,
  type Taken,
  takeFromLimits,
} from './policyLimits';
export { createQuotaLimiter } from './createQuotaLimiter';
export { readQuota } from './readQuota';
export { TooMany } from './TooMany';
