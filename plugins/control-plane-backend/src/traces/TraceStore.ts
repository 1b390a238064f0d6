import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { fromJson, iso, isoOrNull } from '../database/values';

export interface TraceFilter {
  readonly status?: string;
  readonly api_id?: string;
  readonly environment?: string;
  readonly correlation_id?: string;
  readonly from?: string;
  readonly to?: string;
}

/** What was done step by step for a tenant, such as its deployments. */
export class TraceStore {
  constructor(readonly knex: Knex) {}

  /** Newest first, without steps. */
  async list(
    tenantId: string,
    options: TraceFilter & PageQuery,
  ): Promise<Page<Schema<'PipelineTrace'>>> {
    const query = this.#select(tenantId);
    for (const column of [
      'status',
      'api_id',
      'environment',
      'correlation_id',
    ] as const) {
      const value = options[column];
      if (value !== undefined) query.where(`t.${column}`, value);
    }
    if (options.from) query.where('t.started_at', '>=', iso(options.from));
    if (options.to) query.where('t.started_at', '<', iso(options.to));
    return pageOf(query, options, newestFirst('t.id'), toTrace);
  }

  async get(
    tenantId: string,
    id: string,
  ): Promise<Schema<'PipelineTraceDetail'> | undefined> {
    const row = await this.#select(tenantId).where('t.id', id).first();
    if (!row) return undefined;
    const steps = await this.knex('trace_steps')
      .where({ tenant_id: tenantId, trace_id: id })
      .orderBy('position');
    return { ...toTrace(row), steps: steps.map(toStep) };
  }

  #select(tenantId: string) {
    return this.knex('pipeline_traces as t')
      .leftJoin('deployments as d', 'd.trace_id', 't.id')
      .where('t.tenant_id', tenantId)
      .select('t.*', 'd.id as deployment_id', 'd.version');
  }
}

function toTrace(row: any): Schema<'PipelineTrace'> {
  const started = iso(row.started_at);
  const completed = isoOrNull(row.completed_at);
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    correlation_id: row.correlation_id,
    ...(row.api_id && { api_id: row.api_id }),
    ...(row.version && { version: row.version }),
    ...(row.environment && { environment: row.environment }),
    ...(row.deployment_id && { deployment_id: row.deployment_id }),
    status: row.status,
    started_at: started,
    completed_at: completed,
    ...(completed && { duration_ms: between(started, completed) }),
  };
}

function toStep(row: any): Schema<'PipelineTraceDetail'>['steps'][number] {
  const started = isoOrNull(row.started_at);
  const completed = isoOrNull(row.completed_at);
  return {
    name: row.step_name,
    status: row.status,
    ...(row.message && { message: row.message }),
    ...(row.metadata && { metadata: fromJson(row.metadata) }),
    started_at: started,
    completed_at: completed,
    ...(started && completed && { duration_ms: between(started, completed) }),
  };
}

function between(from: string, to: string): number {
  return Date.parse(to) - Date.parse(from);
}
