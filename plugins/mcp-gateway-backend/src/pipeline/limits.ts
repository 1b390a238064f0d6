import {
  PlanLimiter,
  quotaHeaders,
  quotaMessage,
  QuotaLimiter,
  rateLimitHeaders,
  TooMany,
} from '@stoa/plugin-stoa-node';
import { Access, Verdict } from '../access/Access';
import { ServedTool } from '../registry/ServedTool';

export interface Limiters {
  readonly rates: PlanLimiter;
  readonly quotas: QuotaLimiter;
}

/**
 * Counts one call: by what the policy's role allows in the tool's tenant, else by
 * the plan of the subscription that grants it, its rate before its quota. A decision
 * without any bound is bounded to nothing.
 */
export async function takeFromLimits(
  { rates, quotas }: Limiters,
  call: { access: Access; tool: ServedTool; verdict: Verdict },
): Promise<{ headers: Record<string, string>; refusal?: TooMany }> {
  const { decision, subscription } = call.verdict;
  const { tenant_id: tenant } = call.tool.server.item;
  const byRole = decision.limit !== undefined;
  const rate = await rates.take(
    byRole
      ? `role ${tenant} ${call.access.principal.subject}`
      : `subscription ${subscription?.id}`,
    byRole
      ? { perMinute: decision.limit!, burst: 0 }
      : {
          perMinute: subscription?.perMinute ?? 0,
          burst: subscription?.burst ?? 0,
        },
  );
  const headers = rateLimitHeaders(rate);
  if (!rate.allowed) {
    const message = `At most ${rate.limit} calls a minute are allowed.`;
    return { headers, refusal: new TooMany(message, rate.resetSeconds) };
  }
  if (byRole || !subscription) return { headers };
  const { id, tenantId, quota } = subscription;
  const left = await quotas.take({ per: 'subscription', tenantId, id }, quota);
  if (!left || left.allowed) return { headers };
  return {
    headers: quotaHeaders(left),
    refusal: new TooMany(quotaMessage(left), left.resetSeconds),
  };
}
