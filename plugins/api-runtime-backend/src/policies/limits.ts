import {
  PlanLimiter,
  quotaHeaders,
  quotaMessage,
  QuotaLimiter,
  QuotaSubject,
  RateDecision,
  rateLimitHeaders,
  Route,
  StepConfig,
  TooMany,
} from '@stoa/plugin-stoa-node';
import { Caller } from '../admission';
import { RoutePlan } from './RoutePlan';

export interface Limiters {
  readonly rates: PlanLimiter;
  readonly quotas: QuotaLimiter;
}

/** A call that is to be counted. */
interface Counted {
  readonly caller: Caller;
  readonly route: Route;
  readonly plan: RoutePlan;
}

type Taken = { headers: Record<string, string>; refusal?: TooMany };

/**
 * Counts one call towards what the subscription's plan and the route's policies
 * allow, rates before quotas, one after the other until one refuses. Gives the header
 * fields that tell of the tightest rate, or of what refused, and the refusal.
 */
export async function takeFromLimits(
  limiters: Limiters,
  counted: Counted,
): Promise<Taken> {
  const rated = await takeFromRates(limiters.rates, counted);
  if (rated.refusal) return rated;
  return (await takeFromQuotas(limiters.quotas, counted)) ?? rated;
}

async function takeFromRates(
  limiter: PlanLimiter,
  { caller, route, plan }: Counted,
): Promise<Taken> {
  const { subscriptionId, perMinute, burst } = caller.facts;
  let tightest = await limiter.take(subscriptionId, { perMinute, burst });
  if (!tightest.allowed) {
    return refused(tightest, `The plan allows ${perMinute} calls a minute.`);
  }
  for (const { per, requestsPerMinute, burst: more } of plan.limits) {
    if (requestsPerMinute === undefined) continue;
    const { tenantId, environment, id } = subjectOf(per, caller, route);
    const key = `${per} ${environment} ${tenantId} ${id}`;
    const decision = await limiter.take(key, {
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

/** Nothing where no quota refuses. */
async function takeFromQuotas(
  limiter: QuotaLimiter,
  { caller, route, plan }: Counted,
): Promise<Taken | undefined> {
  const { subscriptionId, quota } = caller.facts;
  const { tenantId } = route;
  const ofPlan = await limiter.take(
    { per: 'subscription', tenantId, id: subscriptionId },
    quota,
  );
  if (ofPlan && !ofPlan.allowed) {
    return {
      headers: quotaHeaders(ofPlan),
      refusal: new TooMany(quotaMessage(ofPlan), ofPlan.resetSeconds),
    };
  }
  for (const { per, requestsPerDay, requestsPerMonth } of plan.quotas) {
    const decision = await limiter.take(subjectOf(per, caller, route), {
      perDay: requestsPerDay,
      perMonth: requestsPerMonth,
    });
    if (!decision || decision.allowed) continue;
    return {
      headers: quotaHeaders(decision),
      refusal: new TooMany(
        `At most ${decision.limit} calls a ${decision.window} are allowed per ${per}.`,
        decision.resetSeconds,
      ),
    };
  }
  return undefined;
}

/**
 * What is counted together. Never beyond a tenant and an environment: what somebody
 * does elsewhere is no business of this tenant's limit.
 */
function subjectOf(
  per: StepConfig<'rate-limit'>['per'],
  { facts, subject }: Caller,
  { tenantId, environment, apiId }: Route,
): QuotaSubject {
  const id = {
    subscription: facts.subscriptionId,
    application: facts.applicationId,
    person: subject,
    tenant: tenantId,
    api: apiId,
  }[per];
  return { per, tenantId, environment, id };
}

function refused(decision: RateDecision, message: string): Taken {
  return {
    headers: rateLimitHeaders(decision),
    refusal: new TooMany(message, decision.resetSeconds),
  };
}
