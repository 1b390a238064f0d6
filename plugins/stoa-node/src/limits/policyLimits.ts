import { PolicyStep, StepConfig } from '../apiPolicies';
import {
  PlanLimiter,
  quotaHeaders,
  quotaMessage,
  RateDecision,
  rateLimitHeaders,
} from './PlanLimiter';
import { Quota, QuotaLimiter } from './QuotaLimiter';
import { TooMany } from './TooMany';

export interface Limiters {
  readonly rates: PlanLimiter;
  readonly quotas: QuotaLimiter;
}

type Per = StepConfig<'quota'>['per'];

/** A call that is to be counted, of an API or of a tool. */
export interface CountedCall {
  /** Nothing is counted beyond a tenant and an environment: what somebody does elsewhere is no business of this tenant's limit. */
  readonly tenantId: string;
  readonly environment: string;
  /** What the call is one of; absent where there is no such thing. */
  readonly ids: { readonly [P in Per]?: string };
  /** What a plan or a role allows, which holds in any case, and what to say of it. */
  readonly base: {
    readonly key: string;
    readonly perMinute: number;
    readonly burst: number;
    readonly message: string;
    /** Of the subscription's plan. */
    readonly quota?: Quota;
  };
  readonly steps: readonly PolicyStep[];
}

/** Header fields that tell of the tightest rate, or of what refused, and the refusal. */
export interface Taken {
  readonly headers: Record<string, string>;
  readonly refusal?: TooMany;
}

/**
 * Counts one call towards what its plan or role and the policies of its API allow,
 * rates before quotas, one after the other until one refuses.
 */
export async function takeFromLimits(
  limiters: Limiters,
  call: CountedCall,
): Promise<Taken> {
  const rated = await takeFromRates(limiters.rates, call);
  if (rated.refusal) return rated;
  return (await takeFromQuotas(limiters.quotas, call)) ?? rated;
}

async function takeFromRates(
  limiter: PlanLimiter,
  call: CountedCall,
): Promise<Taken> {
  const { base, tenantId, environment, ids } = call;
  let tightest = await limiter.take(base.key, base);
  if (!tightest.allowed) return refused(tightest, base.message);
  for (const { type, config } of call.steps) {
    if (type !== 'rate-limit') continue;
    const { per, requestsPerMinute: perMinute, burst } = config;
    const id = ids[per];
    if (perMinute === undefined || id === undefined) continue;
    const key = `${per} ${environment} ${tenantId} ${id}`;
    const decision = await limiter.take(key, { perMinute, burst });
    if (!decision.allowed) {
      return refused(
        decision,
        `At most ${perMinute} calls a minute are allowed per ${per}.`,
      );
    }
    if (decision.remaining < tightest.remaining) tightest = decision;
  }
  return { headers: rateLimitHeaders(tightest) };
}

/** Nothing where no quota refuses. */
async function takeFromQuotas(
  limiter: QuotaLimiter,
  call: CountedCall,
): Promise<Taken | undefined> {
  const { base, tenantId, environment, ids } = call;
  if (base.quota && ids.subscription !== undefined) {
    const ofPlan = await limiter.take(
      { per: 'subscription', tenantId, id: ids.subscription },
      base.quota,
    );
    if (ofPlan && !ofPlan.allowed) {
      return {
        headers: quotaHeaders(ofPlan),
        refusal: new TooMany(quotaMessage(ofPlan), ofPlan.resetSeconds),
      };
    }
  }
  for (const { type, config } of call.steps) {
    if (type !== 'quota') continue;
    const { per, requestsPerDay, requestsPerMonth } = config;
    const id = ids[per];
    if (id === undefined) continue;
    const decision = await limiter.take(
      { per, tenantId, environment, id },
      { perDay: requestsPerDay, perMonth: requestsPerMonth },
    );
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

function refused(decision: RateDecision, message: string): Taken {
  return {
    headers: rateLimitHeaders(decision),
    refusal: new TooMany(message, decision.resetSeconds),
  };
}
