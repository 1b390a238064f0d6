import { Decision, Principal } from '@stoa/plugin-stoa-common';
import { PolicyEngine, policyInput } from '@stoa/plugin-stoa-node';
import { createHash } from 'node:crypto';
import { ServedServer, ServedTool } from '../registry/ServedTool';
import { ToolSubscription } from './facts';

/** Whether a tool may be called, and what bounds how often. */
export interface Verdict {
  readonly decision: Decision;
  /** The subscription that grants it, where there is one. */
  readonly subscription?: ToolSubscription;
}

/**
 * Somebody who is known, and what they may call. The policy is asked once for each
 * kind of tool, not once for each tool: it knows a tool by its server and by whether
 * a subscription grants it, and by nothing else.
 */
export class Access {
  readonly principal: Principal;
  readonly #subscriptions: readonly ToolSubscription[];
  readonly #policy: PolicyEngine;
  readonly #decisions = new Map<string, Promise<Decision>>();
  #class: string | undefined;

  constructor(options: {
    principal: Principal;
    subscriptions: readonly ToolSubscription[];
    policy: PolicyEngine;
  }) {
    this.principal = options.principal;
    this.#subscriptions = options.subscriptions;
    this.#policy = options.policy;
  }

  /** The same for all who may call the same tools: their lists are made once. */
  get classOfAuthorisation(): string {
    this.#class ??= this.#classNow();
    return this.#class;
  }

  async judge({ server, tool }: ServedTool): Promise<Verdict> {
    const subscription = this.#subscriptions.find(
      ({ serverId, tools, expiresAt }) =>
        serverId === server.item.id &&
        (tools === 'all' || tools.has(tool.name)) &&
        (expiresAt === undefined || expiresAt > Date.now()),
    );
    const decision = await this.#decide(server, subscription !== undefined);
    return { decision, subscription };
  }

  #decide({ item }: ServedServer, granted: boolean): Promise<Decision> {
    const { tenant_id: tenantId, visibility } = item;
    const key = `${tenantId} ${visibility} ${granted}`;
    let decision = this.#decisions.get(key);
    if (!decision) {
      const resource = { tenantId, visibility, granted };
      decision = this.#policy.decide(
        policyInput(this.principal, 'stoa.tool.call', resource),
      );
      this.#decisions.set(key, decision);
    }
    return decision;
  }

  #classNow(): string {
    const { kind, platformAdmin, grants, scopes } = this.principal;
    const now = Date.now();
    const facts = [
      kind,
      platformAdmin,
      Object.entries(grants).sort(([a], [b]) => (a < b ? -1 : 1)),
      [...scopes].sort(),
      this.#subscriptions
        .filter(s => s.expiresAt === undefined || s.expiresAt > now)
        .map(
          s => `${s.serverId} ${s.tools === 'all' ? '*' : [...s.tools].sort()}`,
        )
        .sort(),
    ];
    return createHash('sha256').update(JSON.stringify(facts)).digest('base64');
  }
}
