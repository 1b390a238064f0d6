export { FailureLimiter, type FailureLimiterOptions } from './FailureLimiter';
export { Places } from './Places';
export {
  PlanLimiter,
  type PlanRate,
  type RateDecision,
  rateLimitHeaders,
} from './PlanLimiter';
export { TooMany } from './TooMany';
