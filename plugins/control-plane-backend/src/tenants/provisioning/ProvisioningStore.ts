import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { isoOrNull, now } from '../../database/values';

export type StepState = Schema<'ProvisioningStep'>['status'];

/** Longer than any step may take; a process that was killed holds a tenant no longer. */
const LEASE_MS = 30_000;

/** The steps of tenants as rows, and which process works on whom. */
export class ProvisioningStore {
  constructor(readonly knex: Knex) {}

  /** Tenants that wait, or that nobody works on any more. */
  async due(limit: number): Promise<string[]> {
    const rows = await this.knex('tenants')
      .whereIn('provisioning', ['pending', 'provisioning'])
      .where(unheld)
      .orderBy('id')
      .limit(limit)
      .select('id');
    return rows.map(row => row.id);
  }

  /** Compare-and-set: false when another process has it. */
  async claim(tenantId: string): Promise<boolean> {
    const count = await this.knex('tenants')
      .where({ id: tenantId })
      .whereIn('provisioning', ['pending', 'provisioning'])
      .where(unheld)
      .update({ provisioning: 'provisioning', provisioning_until: leaseEnd() });
    return count === 1;
  }

  /** Lets go of what this process held before it was killed; only where no other process can hold it. */
  async releaseAll(): Promise<void> {
    await this.knex('tenants')
      .where({ provisioning: 'provisioning' })
      .update({ provisioning_until: null });
  }

  /** Compare-and-set: false when the tenant was not failed. */
  async retry(trx: Knex.Transaction, tenantId: string): Promise<boolean> {
    const count = await trx('tenants')
      .where({ id: tenantId, provisioning: 'failed' })
      .update({ provisioning: 'pending', provisioning_until: null });
    return count === 1;
  }

  async end(
    trx: Knex.Transaction,
    tenantId: string,
    status: 'ready' | 'failed',
  ): Promise<boolean> {
    const count = await trx('tenants')
      .where({ id: tenantId, provisioning: 'provisioning' })
      .update({ provisioning: status, provisioning_until: null });
    return count === 1;
  }

  /** Writes the steps that are not written yet. */
  async plan(tenantId: string, names: readonly string[]): Promise<void> {
    await this.knex('tenant_provisioning_steps')
      .insert(
        names.map((name, position) => ({
          tenant_id: tenantId,
          name,
          position,
          status: 'pending',
          attempts: 0,
        })),
      )
      .onConflict(['tenant_id', 'name'])
      .ignore();
  }

  async isDone(tenantId: string, name: string): Promise<boolean> {
    const row = await this.knex('tenant_provisioning_steps')
      .where({ tenant_id: tenantId, name, status: 'done' })
      .first('name');
    return row !== undefined;
  }

  async begin(tenantId: string, name: string): Promise<void> {
    await this.knex('tenants')
      .where({ id: tenantId, provisioning: 'provisioning' })
      .update({ provisioning_until: leaseEnd() });
    await this.knex('tenant_provisioning_steps')
      .where({ tenant_id: tenantId, name })
      .update({
        status: 'running',
        attempts: this.knex.raw('attempts + 1'),
        message: null,
        started_at: now(),
        completed_at: null,
      });
  }

  async finish(
    tenantId: string,
    name: string,
    status: 'done' | 'failed',
    message: string,
  ): Promise<void> {
    await this.knex('tenant_provisioning_steps')
      .where({ tenant_id: tenantId, name })
      .update({ status, message: message.slice(0, 500), completed_at: now() });
  }

  /** In the order in which they are walked. */
  async steps(tenantId: string): Promise<Schema<'ProvisioningStep'>[]> {
    const rows = await this.knex('tenant_provisioning_steps')
      .where({ tenant_id: tenantId })
      .orderBy('position');
    return rows.map(row => ({
      name: row.name,
      status: row.status,
      attempts: row.attempts,
      ...(row.message && { message: row.message }),
      started_at: isoOrNull(row.started_at),
      completed_at: isoOrNull(row.completed_at),
    }));
  }
}

function unheld(query: Knex.QueryBuilder): void {
  query
    .whereNull('provisioning_until')
    .orWhere('provisioning_until', '<=', now());
}

function leaseEnd(): string {
  return new Date(Date.now() + LEASE_MS).toISOString();
}
