export { FailureLimiter, type FailureLimiterOptions } from './FailureLimiter';
export {
  PlanLimiter,
  type PlanRate,
  type RateDecision,
  rateLimitHeaders,
} from './PlanLimiter';
