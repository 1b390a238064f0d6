import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { iso } from '../database/values';

/** Reads what is deployed where. */
export class RuntimeStore {
  constructor(readonly knex: Knex) {}

  /** Everything of a tenant that gateways serve, by API, version and environment. */
  async ofTenant(
    tenantId: string,
    filter: { readonly environment?: string; readonly api_id?: string },
  ): Promise<Schema<'RuntimeEntry'>[]> {
    const query = this.knex('runtime_routes as r')
      .join('apis as a', join =>
        join.on('a.tenant_id', 'r.tenant_id').andOn('a.api_id', 'r.api_id'),
      )
      .leftJoin('deployments as d', 'd.id', 'r.deployment_id')
      .leftJoin('people as p', 'p.subject', 'd.requested_by')
      .where('r.tenant_id', tenantId)
      .orderBy(['r.api_id', 'r.version', 'r.environment'])
      .select(
        'r.*',
        'a.display_name as api_name',
        'd.commit',
        'd.requested_by',
        'p.name as requested_by_name',
      );
    if (filter.environment) query.where('r.environment', filter.environment);
    if (filter.api_id) query.where('r.api_id', filter.api_id);
    const rows = await query;
    return rows.map((row: any) => ({
      api_id: row.api_id,
      api_name: row.api_name,
      version: row.version,
      environment: row.environment,
      path: `/gateway/${row.environment}/${row.tenant_id}/${row.api_id}/${row.version}`,
      deployment_id: row.deployment_id,
      since: iso(row.created_at),
      ...(row.commit && { commit: row.commit }),
      ...(row.requested_by && {
        deployed_by: row.requested_by_name ?? row.requested_by,
      }),
    }));
  }
}
