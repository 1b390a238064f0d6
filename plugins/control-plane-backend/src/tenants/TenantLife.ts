import { StoaError, notFound } from '@stoa/plugin-stoa-common';
import { Actor, UnitOfWork, systemActor } from '../database/UnitOfWork';
import { closeTenant, openTenant } from './gates';
import { illegal } from './TenantService';
import { Tenant, TenantMove, TenantStore } from './TenantStore';

/** How many subscriptions are ended in one go. */
const BATCH = 200;

/** Subscriptions of one kind, as far as an archived tenant needs them. */
export interface Revocable {
  readonly table: 'subscriptions' | 'mcp_subscriptions';
  readonly revoke: (
    actor: Actor,
    id: string,
    reason: string,
  ) => Promise<unknown>;
}

/** The subscriptions of a table, ended by the one who knows how. */
export function revocable(
  table: Revocable['table'],
  life: {
    move(
      actor: Actor,
      id: string,
      name: 'revoke',
      how: { reason: string },
    ): Promise<unknown>;
  },
): Revocable {
  return {
    table,
    revoke: (actor, id, reason) => life.move(actor, id, 'revoke', { reason }),
  };
}

/** Closes tenants for a while and opens them again, and ends what hangs on archived ones. */
export class TenantLife {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly tenants: TenantStore;
      readonly revocables: readonly Revocable[];
      /** Where the platform is reached, without a slash at the end. */
      readonly baseUrl: string;
    },
  ) {}

  /**
   * Of several at once, one wins; the others get `stoa.tenant.illegal_transition`
   * naming the state. A suspended tenant keeps what it has: its routes and keys work
   * again when it is active again.
   */
  async move(
    actor: Actor,
    tenantId: string,
    name: TenantMove,
    reason?: string,
  ): Promise<Tenant> {
    const { tenants, unitOfWork, baseUrl } = this.deps;
    return unitOfWork.run(actor, async tx => {
      const moved = await tenants.move(tx.db, tenantId, name, reason);
      const tenant = await tenants.get(tenantId, tx.db);
      if (!tenant) throw notFound('tenant');
      if (!moved) throw illegal(tenant.status, name);
      await tx.audit({
        tenantId,
        action: 'stoa.tenant.update',
        resource: `tenant:${tenantId}`,
        outcome: 'success',
        details: {
          move: name,
          status: tenant.status,
          ...(reason && { reason }),
        },
      });
      const gate = name === 'suspend' ? closeTenant : openTenant;
      await gate(tx, tenantId, baseUrl);
      return tenant;
    });
  }

  /**
   * Revokes some of the subscriptions to things of archived tenants; true when there
   * may be more. Their keys are dead since the tenant was archived.
   */
  async endSubscriptions(): Promise<boolean> {
    const { knex } = this.deps.unitOfWork;
    let more = false;
    for (const { table, revoke } of this.deps.revocables) {
      const rows = await knex(`${table} as s`)
        .join('tenants as t', 't.id', 's.tenant_id')
        .where('t.status', 'archived')
        .whereIn('s.status', ['pending', 'active', 'suspended'])
        .limit(BATCH)
        .select('s.id');
      for (const { id } of rows) {
        await revoke(
          systemActor('tenants', id),
          id,
          'The tenant was archived.',
        ).catch(unlessEnded);
      }
      more ||= rows.length === BATCH;
    }
    return more;
  }
}

/** It may have ended by itself meanwhile. */
function unlessEnded(error: StoaError): void {
  if (error.code !== 'stoa.subscription.illegal_transition') throw error;
}
