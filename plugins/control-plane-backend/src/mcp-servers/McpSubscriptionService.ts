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
import { McpServerStore } from './McpServerStore';
import {
  McpSubscriptionRecord,
  McpSubscriptionStore,
} from './McpSubscriptionStore';

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
      const tools = await servers.tools(server.id);
      const names = new Set(tools.map(tool => tool.name));
      const index = input.tools.findIndex(name => !names.has(name));
      if (index >= 0)
        throw invalid(`tools.${index}`, 'is not a tool of this server');
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
}
