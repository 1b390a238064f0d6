import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { iso } from '../database/values';

/** Alerts that rules raised, with what the rule asked for at that time. */
export class AlertStore {
  constructor(readonly knex: Knex) {}

  /** Newest first. */
  async list(
    tenantId: string,
    options: PageQuery & { status?: string; rule_id?: string },
  ): Promise<Page<Schema<'Alert'>>> {
    const query = this.knex('alerts').where({ tenant_id: tenantId });
    if (options.status) query.where({ status: options.status });
    if (options.rule_id) query.where({ rule_id: options.rule_id });
    return pageOf(query, options, newestFirst('id'), toAlert);
  }

  async get(
    tenantId: string,
    id: string,
  ): Promise<Schema<'Alert'> | undefined> {
    const row = await this.knex('alerts')
      .where({ tenant_id: tenantId, id })
      .first();
    return row && toAlert(row);
  }
}

export function toAlert(row: any): Schema<'Alert'> {
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    rule_id: row.rule_id,
    name: row.name,
    metric: row.metric,
    threshold: Number(row.threshold),
    value: Number(row.value),
    ...(row.api_id && { api_id: row.api_id }),
    ...(row.environment && { environment: row.environment }),
    status: row.status,
    raised_at: iso(row.raised_at),
    ...(row.cleared_at && { cleared_at: iso(row.cleared_at) }),
  };
}
