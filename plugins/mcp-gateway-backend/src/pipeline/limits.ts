import { PlanLimiter, RateDecision } from '@stoa/plugin-stoa-node';
import { Access, Verdict } from '../access/Access';
import { ServedTool } from '../registry/ServedTool';

/**
 * Counts one call: by what the policy's role allows in the tool's tenant, else by
 * the plan of the subscription that grants it. A decision without any bound is
 * bounded to nothing.
 */
export function takeFromLimit(
  limiter: PlanLimiter,
  call: { access: Access; tool: ServedTool; verdict: Verdict },
): Promise<RateDecision> {
  const { decision, subscription } = call.verdict;
  const { tenant_id: tenant } = call.tool.server.item;
  if (decision.limit !== undefined) {
    const key = `role ${tenant} ${call.access.principal.subject}`;
    return limiter.take(key, { perMinute: decision.limit, burst: 0 });
  }
  return limiter.take(`subscription ${subscription?.id}`, {
    perMinute: subscription?.perMinute ?? 0,
    burst: subscription?.burst ?? 0,
  });
}
