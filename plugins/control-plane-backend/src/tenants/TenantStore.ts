import {
  ListFilter,
  Schema,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { Page, PageQuery, pageOf } from '../database/page';
import { fromJson, iso, now } from '../database/values';

export type Tenant = Schema<'Tenant'>;

/** A move of a tenant: from which state it is legal, and where it leads. */
const MOVES = {
  suspend: { from: 'active', to: 'suspended' },
  activate: { from: 'suspended', to: 'active' },
} as const;
export type TenantMove = keyof typeof MOVES;

/** Reads tenants, and moves them. What else they are is written by the projector alone. */
export class TenantStore {
  constructor(readonly knex: Knex) {}

  async get(
    tenantId: string,
    db: Knex = this.knex,
  ): Promise<Tenant | undefined> {
    const row = await db('tenants').where({ id: tenantId }).first();
    return row && toTenant(row);
  }

  /** Git's id of the tenant's manifest; undefined for one that was projected before it was kept. */
  async treeId(tenantId: string): Promise<string | undefined> {
    const row = await this.knex('tenants')
      .where({ id: tenantId })
      .first('tree_id');
    return row?.tree_id ?? undefined;
  }

  /** The tenant, when things in it may be changed. Throws `stoa.not_found` or `stoa.tenant.suspended`. */
  async active(tenantId: string): Promise<Tenant> {
    return assertActive(await this.get(tenantId));
  }

  async list(
    filter: ListFilter | undefined,
    options: PageQuery,
  ): Promise<Page<Tenant>> {
    const query = this.knex('tenants');
    if (filter !== 'all') {
      query.whereIn(
        'id',
        typeof filter === 'object' ? [...filter.tenants] : [],
      );
    }
    const sorting = { columns: ['id'], keyOf: (row: any) => [row.id] };
    return pageOf(query, options, sorting, toTenant);
  }

  /** Compare-and-set: false when the tenant is not in the state that the move begins from. */
  async move(
    trx: Knex.Transaction,
    tenantId: string,
    name: TenantMove,
    reason?: string,
  ): Promise<boolean> {
    const { from, to } = MOVES[name];
    const count = await trx('tenants')
      .where({ id: tenantId, status: from })
      .update({
        status: to,
        status_reason: reason ?? null,
        aggregate_version: trx.raw('aggregate_version + 1'),
        updated_at: now(),
      });
    return count === 1;
  }
}

/**
 * The tenant, held until the transaction ends: what counts towards a quota, and what
 * depends on its state, waits for each other. Throws as `TenantStore.active`.
 */
export async function lockActiveTenant(
  trx: Knex.Transaction,
  tenantId: string,
): Promise<Tenant> {
  return assertActive(await lockTenant(trx, tenantId));
}

/** The tenant in whatever state, held until the transaction ends. Throws `stoa.not_found`. */
export async function lockTenant(
  trx: Knex.Transaction,
  tenantId: string,
): Promise<Tenant> {
  const row = await trx('tenants').where({ id: tenantId }).forUpdate().first();
  if (!row) throw notFound('tenant');
  return toTenant(row);
}

function assertActive(tenant: Tenant | undefined): Tenant {
  if (!tenant) throw notFound('tenant');
  if (tenant.status !== 'active') {
    throw new StoaError(
      'stoa.tenant.suspended',
      `The tenant is ${tenant.status}; nothing in it can be changed.`,
    );
  }
  return tenant;
}

function toTenant(row: any): Tenant {
  return {
    id: row.id,
    display_name: row.display_name,
    ...(row.description && { description: row.description }),
    status: row.status,
    ...(row.status_reason && { status_reason: row.status_reason }),
    provisioning: row.provisioning,
    portal_visibility: row.portal_visibility,
    settings: fromJson(row.settings),
    default_policies: fromJson(row.default_policies),
    tags: fromJson(row.tags),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
