import {
  MCP_KEY_PREFIX,
  Principal,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { invalid } from '../apis/checks';
import { Actor, UnitOfWork } from '../database/UnitOfWork';
import { PlanStore } from '../plans/PlanStore';
import {
  SubscriptionLife,
  SubscriptionLifeOptions,
} from '../subscriptions/SubscriptionLife';
import { SubscriptionTerm } from '../subscriptions/SubscriptionTerm';
import { illegal, keysOf, recordChange } from '../subscriptions/changes';
import { McpServerStore } from './McpServerStore';
import {
  McpSubscriptionRecord,
  McpSubscriptionStore,
  ToolGrant,
} from './McpSubscriptionStore';
import { StoredTool } from './rows';
import { decided, wished } from './toolGrants';

/** Subscriptions of people to the tools of MCP servers. */
export class McpSubscriptionService {
  readonly life: SubscriptionLife<McpSubscriptionRecord>;
  readonly term: SubscriptionTerm<McpSubscriptionRecord>;

  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly store: McpSubscriptionStore;
      readonly servers: McpServerStore;
      readonly plans: PlanStore;
    },
  ) {
    const kind: SubscriptionLifeOptions<McpSubscriptionRecord> = {
      ...deps,
      keyPrefix: MCP_KEY_PREFIX,
      facts: s => ({ server_id: s.serverId, server: s.serverSlug }),
      affects: s => [
        {
          tenantId: s.tenantId,
          kind: 'subscription',
          op: 'put',
          key: `subject:${s.subscriberId}`,
        },
      ],
      taken: 'You are subscribed to this server already, or have asked to be.',
      notOffered: 'is not a plan of this server',
    };
    this.life = new SubscriptionLife(kind);
    this.term = new SubscriptionTerm(this.life, kind);
  }

  /**
   * As `SubscriptionLife.create`; throws `stoa.conflict` for a server that is out of
   * service, `stoa.validation` for a tool that it does not have.
   */
  async create(
    actor: Actor,
    principal: Principal,
    input: {
      server_id: string;
      plan: string;
      tools?: readonly string[];
      reason?: string;
    },
  ): Promise<{ subscription: McpSubscriptionRecord; apiKey: string }> {
    const { servers } = this.deps;
    const server = await servers.get(input.server_id);
    if (!server) throw notFound('MCP server');
    if (!server.isServed) {
      throw new StoaError(
        'stoa.conflict',
        'The MCP server is out of service; it takes no subscriptions.',
      );
    }
    if (input.tools) {
      checkNames(input.tools, await servers.tools(server.id));
    }
    return this.life.create(actor, principal, {
      tenantId: server.tenantId,
      plan: input.plan,
      offered: server.plans,
      reason: input.reason,
      to: {
        server_id: server.id,
        tools: input.tools ? JSON.stringify(input.tools) : null,
      },
    });
  }

  /**
   * Sets which tools are granted: whoever decides grants them; a subscriber gives some
   * up at once and asks for others. Throws `stoa.validation` for a tool that the
   * server does not have, `stoa.subscription.illegal_transition` for one that has ended.
   */
  async setTools(
    actor: Actor,
    id: string,
    wanted: ToolGrant,
    decides: boolean,
  ): Promise<McpSubscriptionRecord> {
    const { unitOfWork, store, servers } = this.deps;
    const subscription = await this.life.get(id);
    const tools = await servers.tools(subscription.serverId);
    if (wanted !== 'all') checkNames(wanted, tools);
    const names = tools.map(tool => tool.name);
    const to = decides ? decided(wanted) : wished(subscription, wanted, names);
    const asks = to.requested.length > 0;
    await unitOfWork.run(actor, async tx => {
      const version = await store.grant(tx, subscription, to);
      if (version === undefined) {
        throw illegal(await store.statusOf(id, tx.db), 'tool-grants');
      }
      await recordChange(tx, this.term.options, subscription, {
        action: 'stoa.subscription.grant',
        event: asks
          ? 'subscription-tools-requested'
          : 'subscription-tools-changed',
        status: subscription.status,
        version,
        payload: { ...to },
      });
      await tx.feed(
        ...keysOf(subscription, 'put'),
        ...this.term.options.affects(subscription),
      );
    });
    return this.life.get(id);
  }
}

function checkNames(
  names: readonly string[],
  tools: readonly StoredTool[],
): void {
  const known = new Set(tools.map(tool => tool.name));
  const index = names.findIndex(name => !known.has(name));
  if (index >= 0)
    throw invalid(`tools.${index}`, 'is not a tool of this server');
}
