import { Sealer } from '@stoa/plugin-stoa-node';
import { AlertRuleStore } from '../alerts/AlertRuleStore';
import { Notice } from './Notice';
import { SendError } from './SendError';

const OF_RULE = 'alert-rule:';

/** Incoming webhooks: the operator gives one to a tenant, an alert rule one of its own. Each is a secret. */
export class SlackAddresses {
  constructor(
    readonly deps: {
      /** By tenant. */
      readonly configured: ReadonlyMap<string, string>;
      readonly rules: AlertRuleStore;
      readonly sealer: Sealer;
    },
  ) {}

  /** What the address for a notice is found by later; undefined where there is none. */
  recipientOf({ tenantId, ruleId, audience }: Notice): string | undefined {
    if (ruleId) return `${OF_RULE}${ruleId}`;
    // A channel is for those who work for the tenant, not for what its subscribers are told.
    const forTenant = 'roles' in audience;
    return forTenant && this.deps.configured.has(tenantId)
      ? `tenant:${tenantId}`
      : undefined;
  }

  /** Throws `SendError` when there is none any more. */
  async get(tenantId: string, recipient: string): Promise<string> {
    const address = recipient.startsWith(OF_RULE)
      ? await this.#ofRule(tenantId, recipient.slice(OF_RULE.length))
      : this.deps.configured.get(tenantId);
    if (!address) throw new SendError('no address', true);
    return address;
  }

  async #ofRule(tenantId: string, id: string): Promise<string | undefined> {
    const rule = await this.deps.rules.get(tenantId, id);
    if (!rule?.sealedUrl) return undefined;
    return this.deps.sealer.open(rule.sealedUrl, `${OF_RULE}${id}`);
  }
}
