import { CountedCall } from '@stoa/plugin-stoa-node';
import { Access, Verdict } from '../access/Access';
import { ServedTool } from '../registry/ServedTool';

/**
 * A call of a tool as limits count it: by what the policy's role allows in the tool's
 * tenant, else by the plan of the subscription that grants it; and by the policies of
 * the API behind the tool. A decision without any bound is bounded to nothing.
 */
export function countedCall(call: {
  access: Access;
  tool: ServedTool;
  verdict: Verdict;
}): CountedCall {
  const { decision, subscription } = call.verdict;
  const { item, route } = call.tool.server;
  const { subject } = call.access.principal;
  const byRole = decision.limit !== undefined;
  const perMinute = decision.limit ?? subscription?.perMinute ?? 0;
  return {
    tenantId: item.tenant_id,
    environment: route.environment,
    ids: {
      ...(subscription && { subscription: subscription.id }),
      person: subject,
      tenant: item.tenant_id,
      api: route.apiId,
      tool: `${item.slug}/${call.tool.tool.name}`,
    },
    base: {
      key: byRole
        ? `role ${item.tenant_id} ${subject}`
        : `subscription ${subscription?.id}`,
      perMinute,
      burst: byRole ? 0 : subscription?.burst ?? 0,
      message: `At most ${perMinute} calls a minute are allowed.`,
      ...(!byRole && subscription && { quota: subscription.quota }),
    },
    steps: route.steps,
  };
}
