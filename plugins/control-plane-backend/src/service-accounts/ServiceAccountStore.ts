import { Principal, Schema, TenantRole } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { fromJson, iso, isoOrNull, now } from '../database/values';

export type ServiceAccount = Schema<'ServiceAccount'>;

export interface NewServiceAccount {
  readonly id: string;
  readonly clientId: string;
  readonly name: string;
  readonly description?: string;
  readonly roles: readonly TenantRole[];
  readonly scopes: readonly string[];
  /** The person behind it. */
  readonly createdBy: string;
}

/**
 * The programs of tenants. Those that were removed are kept: what they asked for is
 * still what the person behind them asked for.
 */
export class ServiceAccountStore {
  constructor(readonly knex: Knex) {}

  async get(
    tenantId: string,
    id: string,
    db: Knex = this.knex,
  ): Promise<ServiceAccount | undefined> {
    const row = await db('service_accounts')
      .where({ tenant_id: tenantId, id })
      .whereNull('deleted_at')
      .first();
    return row && toServiceAccount(row);
  }

  async list(
    tenantId: string,
    options: PageQuery,
  ): Promise<Page<ServiceAccount>> {
    const query = this.knex('service_accounts')
      .where({ tenant_id: tenantId })
      .whereNull('deleted_at')
      .select();
    return pageOf(query, options, newestFirst('id'), toServiceAccount);
  }

  async count(tenantId: string, db: Knex): Promise<number> {
    const row = await db('service_accounts')
      .where({ tenant_id: tenantId })
      .whereNull('deleted_at')
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async create(
    db: Knex,
    tenantId: string,
    account: NewServiceAccount,
  ): Promise<void> {
    await db('service_accounts').insert({
      id: account.id,
      tenant_id: tenantId,
      client_id: account.clientId,
      name: account.name,
      description: account.description ?? null,
      roles: JSON.stringify(account.roles),
      scopes: JSON.stringify(account.scopes),
      created_by: account.createdBy,
      rotation_count: 0,
      created_at: now(),
    });
  }

  /** False when its secret was replaced since it was read, or it is gone. */
  async rotate(db: Knex, account: ServiceAccount): Promise<boolean> {
    const count = await db('service_accounts')
      .where({
        tenant_id: account.tenant_id,
        id: account.id,
        rotation_count: account.rotation_count,
      })
      .whereNull('deleted_at')
      .update({
        rotation_count: account.rotation_count + 1,
        rotated_at: now(),
      });
    return count === 1;
  }

  async remove(db: Knex, account: ServiceAccount): Promise<boolean> {
    const count = await db('service_accounts')
      .where({ tenant_id: account.tenant_id, id: account.id })
      .whereNull('deleted_at')
      .update({ deleted_at: now() });
    return count === 1;
  }

  /** Everybody behind whom the same person is: who made a program, and all that they made. */
  async kinOf({
    subject,
  }: Pick<Principal, 'subject'>): Promise<
    { clientId: string; createdBy: string; isRemoved: boolean }[]
  > {
    const maker = this.knex('service_accounts')
      .where({ client_id: subject })
      .select('created_by');
    const rows = await this.knex('service_accounts')
      .where({ created_by: subject })
      .orWhere('created_by', maker)
      .select('client_id', 'created_by', 'deleted_at');
    return rows.map(row => ({
      clientId: row.client_id,
      createdBy: row.created_by,
      isRemoved: row.deleted_at !== null,
    }));
  }
}

function toServiceAccount(row: any): ServiceAccount {
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    client_id: row.client_id,
    name: row.name,
    ...(row.description && { description: row.description }),
    roles: fromJson(row.roles),
    scopes: fromJson(row.scopes),
    created_by: row.created_by,
    rotation_count: row.rotation_count,
    created_at: iso(row.created_at),
    ...(row.rotated_at && { rotated_at: isoOrNull(row.rotated_at)! }),
  };
}
