import { PolicyResource } from '@stoa/plugin-stoa-node';
import { Actor, UnitOfWork } from '../database/UnitOfWork';

/**
 * Counts refusals. Equal ones within a minute become one entry of the audit
 * with a count, so that somebody knocking a thousand times does not fill it.
 */
export class DenialCounter {
  constructor(readonly unitOfWork: UnitOfWork) {}

  async record(
    actor: Actor,
    action: string,
    resource: PolicyResource,
    rule: string,
  ): Promise<void> {
    const { knex } = this.unitOfWork;
    // An invented tenant has no chain, and must not make a row of its own.
    const chain = await this.#chainOf(resource.tenantId);
    const key = {
      minute: new Date().toISOString().slice(0, 16),
      tenant_id: chain ?? 'platform',
      subject: actor.principal.subject,
      action,
      resource: chain ? `tenant:${chain}` : 'platform',
      rule,
    };
    await knex('audit_denials')
      .insert({
        ...key,
        count: 1,
        correlation_id: actor.correlationId,
        address: actor.address,
      })
      .onConflict(Object.keys(key))
      .merge({ count: knex.raw('audit_denials.count + 1') });
  }

  /** Moves the minutes that are over into the audit. */
  async flush(
    before: string = new Date().toISOString().slice(0, 16),
  ): Promise<void> {
    const rows = await this.unitOfWork
      .knex('audit_denials')
      .where('minute', '<', before)
      .limit(1000);
    for (const row of rows) {
      const actor: Actor = {
        principal: { subject: row.subject },
        correlationId: row.correlation_id,
        address: row.address,
      };
      await this.unitOfWork.run(actor, async tx => {
        const { count, correlation_id: _id, address: _address, ...key } = row;
        const taken = await tx
          .db('audit_denials')
          .where({ ...key, count })
          .del();
        if (taken === 0) return;
        await tx.audit({
          tenantId: row.tenant_id,
          action: row.action,
          resource: row.resource,
          outcome: 'denied',
          count,
          details: { rule: row.rule },
        });
      });
    }
  }

  /** Refusals about tenants that do not exist go to the platform's own chain. */
  async #chainOf(tenantId: string | undefined): Promise<string | undefined> {
    if (!tenantId) return undefined;
    const row = await this.unitOfWork
      .knex('tenants')
      .where({ id: tenantId })
      .first('id');
    return row?.id;
  }
}
