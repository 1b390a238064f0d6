import { StoredTool } from './rows';
import {
  grants,
  McpSubscriptionRecord,
  ToolGrant,
} from './McpSubscriptionStore';

/** What a subscription grants, and what its subscriber asks for beyond. */
export interface Grants {
  readonly tools: ToolGrant;
  readonly requested: readonly string[];
}

/** What whoever decides says holds, and answers what was asked for. */
export function decided(wanted: ToolGrant): Grants {
  return { tools: wanted, requested: [] };
}

/**
 * What a subscriber may do by themselves: fewer tools at once, more of them by
 * asking. Before the subscription is approved they change what they ask for.
 */
export function wished(
  { status, tools }: Pick<McpSubscriptionRecord, 'status' | 'tools'>,
  wanted: ToolGrant,
  all: readonly string[],
): Grants {
  if (status === 'pending' || tools === 'all') return decided(wanted);
  const names = wanted === 'all' ? all : wanted;
  return {
    tools: names.filter(name => tools.includes(name)),
    requested: names.filter(name => !tools.includes(name)),
  };
}

/** Each tool of the server, and whether the subscription grants it. */
export function grantsOf(
  subscription: Pick<McpSubscriptionRecord, 'tools' | 'requestedTools'>,
  tools: readonly StoredTool[],
) {
  const asked = new Set(subscription.requestedTools);
  const statusOf = (name: string) => {
    if (grants(subscription.tools, name)) return 'enabled';
    return asked.has(name) ? 'pending_approval' : 'disabled';
  };
  return tools.map(({ name, title }) => ({
    name,
    ...(title && { title }),
    status: statusOf(name) as 'enabled' | 'pending_approval' | 'disabled',
  }));
}
