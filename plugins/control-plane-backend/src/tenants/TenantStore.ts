import {
  ListFilter,
  Schema,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { decodeCursor, toPage } from '../database/cursor';
import { fromJson, iso } from '../database/values';

export type Tenant = Schema<'Tenant'>;

/** Reads tenants; they are written by the projector alone. */
export class TenantStore {
  constructor(readonly knex: Knex) {}

  async get(tenantId: string): Promise<Tenant | undefined> {
    const row = await this.knex('tenants').where({ id: tenantId }).first();
    return row && toTenant(row);
  }

  /** The tenant, when things in it may be changed. Throws `stoa.not_found` or `stoa.tenant.suspended`. */
  async active(tenantId: string): Promise<Tenant> {
    const tenant = await this.get(tenantId);
    if (!tenant) throw notFound('tenant');
    if (tenant.status !== 'active') {
      throw new StoaError(
        'stoa.tenant.suspended',
        `The tenant is ${tenant.status}; nothing in it can be changed.`,
      );
    }
    return tenant;
  }

  async list(
    filter: ListFilter | undefined,
    options: { limit: number; cursor?: string },
  ): Promise<{ items: Tenant[]; next_cursor?: string }> {
    const after = decodeCursor(options.cursor, 1);
    const query = this.knex('tenants')
      .orderBy('id')
      .limit(options.limit + 1);
    if (filter !== 'all') {
      query.whereIn(
        'id',
        typeof filter === 'object' ? [...filter.tenants] : [],
      );
    }
    if (after) query.where('id', '>', after[0]);
    return toPage(await query, options.limit, toTenant, row => [row.id]);
  }
}

function toTenant(row: any): Tenant {
  return {
    id: row.id,
    display_name: row.display_name,
    ...(row.description && { description: row.description }),
    status: row.status,
    portal_visibility: row.portal_visibility,
    settings: fromJson(row.settings),
    tags: fromJson(row.tags),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
