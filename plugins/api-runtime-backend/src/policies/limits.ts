import {
  PlanLimiter,
  RateDecision,
  rateLimitHeaders,
  Route,
  StepConfig,
  TooMany,
} from '@stoa/plugin-stoa-node';
import { Caller } from '../admission';

/**
 * Counts one call towards what the subscription's plan and the route's policies
 * allow, one after the other until one refuses. Gives the header fields that tell of
 * the tightest of them, and the refusal.
 */
export async function takeFromLimits(
  limiter: PlanLimiter,
  options: {
    readonly caller: Caller;
    readonly route: Route;
    readonly limits: readonly StepConfig<'rate-limit'>[];
  },
): Promise<{ headers: Record<string, string>; refusal?: TooMany }> {
  const { caller, route } = options;
  const { subscriptionId, perMinute, burst } = caller.facts;
  let tightest = await limiter.take(subscriptionId, { perMinute, burst });
  if (!tightest.allowed) {
    return refused(tightest, `The plan allows ${perMinute} calls a minute.`);
  }
  for (const { per, requestsPerMinute, burst: more } of options.limits) {
    if (requestsPerMinute === undefined) continue;
    const decision = await limiter.take(keyOf(per, caller, route), {
      perMinute: requestsPerMinute,
      burst: more,
    });
    if (!decision.allowed) {
      return refused(
        decision,
        `At most ${requestsPerMinute} calls a minute are allowed per ${per}.`,
      );
    }
    if (decision.remaining < tightest.remaining) tightest = decision;
  }
  return { headers: rateLimitHeaders(tightest) };
}

/**
 * What is counted together. Never beyond a tenant and an environment: what somebody
 * does elsewhere is no business of this tenant's limit.
 */
function keyOf(
  per: StepConfig<'rate-limit'>['per'],
  { facts, subject }: Caller,
  { tenantId, environment, apiId }: Route,
): string {
  const who = {
    subscription: facts.subscriptionId,
    application: facts.applicationId,
    person: subject,
    tenant: '',
    api: apiId,
  }[per];
  return `${per} ${environment} ${tenantId} ${who}`;
}

function refused(decision: RateDecision, message: string) {
  return {
    headers: rateLimitHeaders(decision),
    refusal: new TooMany(message, decision.resetSeconds),
  };
}
