import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { fromJson, iso, now } from '../database/values';

export type AlertRule = Schema<'AlertRule'>;

/** What a caller decides about a rule, and the address that is told, sealed. */
export interface AlertRuleFields {
  readonly name: string;
  readonly metric: AlertRule['metric'];
  readonly threshold: number;
  readonly window: AlertRule['window'];
  readonly apiId?: string;
  readonly environment?: AlertRule['environment'];
  readonly target: AlertRule['target'];
  readonly enabled: boolean;
  readonly sealedUrl?: string;
}

/** Rules of alerts, always by tenant. */
export class AlertRuleStore {
  constructor(readonly knex: Knex) {}

  async get(
    tenantId: string,
    id: string,
    db: Knex = this.knex,
  ): Promise<(AlertRule & { readonly sealedUrl?: string }) | undefined> {
    const row = await db('alert_rules')
      .where({ tenant_id: tenantId, id })
      .first();
    return row && { ...toRule(row), sealedUrl: row.sealed_url ?? undefined };
  }

  /** Newest first. */
  async list(tenantId: string, options: PageQuery): Promise<Page<AlertRule>> {
    const query = this.knex('alert_rules').where({ tenant_id: tenantId });
    return pageOf(query, options, newestFirst('id'), toRule);
  }

  async count(tenantId: string, db: Knex): Promise<number> {
    const row = await db('alert_rules')
      .where({ tenant_id: tenantId })
      .count({ n: '*' })
      .first();
    return Number(row?.n ?? 0);
  }

  async create(
    db: Knex,
    tenantId: string,
    id: string,
    createdBy: string,
    fields: AlertRuleFields,
  ): Promise<void> {
    await db('alert_rules').insert({
      id,
      tenant_id: tenantId,
      created_by: createdBy,
      ...toRow(fields),
      created_at: now(),
      updated_at: now(),
      aggregate_version: 1,
    });
  }

  /** False unless it is still of the version that was read. */
  async update(
    db: Knex,
    tenantId: string,
    id: string,
    version: number,
    fields: AlertRuleFields,
  ): Promise<boolean> {
    const count = await db('alert_rules')
      .where({ tenant_id: tenantId, id, aggregate_version: version })
      .update({
        ...toRow(fields),
        updated_at: now(),
        aggregate_version: version + 1,
      });
    return count === 1;
  }

  /** False unless it is still of the version that was read. */
  async remove(
    db: Knex,
    tenantId: string,
    id: string,
    version: number,
  ): Promise<boolean> {
    const count = await db('alert_rules')
      .where({ tenant_id: tenantId, id, aggregate_version: version })
      .del();
    return count === 1;
  }
}

function toRow(fields: AlertRuleFields) {
  return {
    name: fields.name,
    metric: fields.metric,
    threshold: fields.threshold,
    window: fields.window,
    api_id: fields.apiId ?? null,
    environment: fields.environment ?? null,
    target: JSON.stringify(fields.target),
    sealed_url: fields.sealedUrl ?? null,
    enabled: fields.enabled,
  };
}

export function toRule(row: any): AlertRule {
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    name: row.name,
    metric: row.metric,
    threshold: Number(row.threshold),
    window: row.window,
    ...(row.api_id && { api_id: row.api_id }),
    ...(row.environment && { environment: row.environment }),
    target: fromJson(row.target),
    enabled: Boolean(row.enabled),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
    version: row.aggregate_version,
  };
}
