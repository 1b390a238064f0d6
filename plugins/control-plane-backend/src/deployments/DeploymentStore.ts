import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { Tx } from '../database/UnitOfWork';
import { decodeCursor, toPage } from '../database/cursor';
import { iso, isoOrNull, now } from '../database/values';
import { MOVES, STEPS, StepName } from './lifecycle';

/** A row of `deployments`. */
export interface DeploymentRecord extends Schema<'Deployment'> {
  readonly backendUrl: string;
  readonly commit: string;
  readonly traceId: string;
  readonly aggregateVersion: number;
}

export interface NewDeployment {
  readonly tenantId: string;
  readonly apiId: string;
  readonly version: string;
  readonly environment: string;
  readonly backendUrl: string;
  readonly commit: string;
}

export class DeploymentStore {
  constructor(readonly knex: Knex) {}

  /** Writes the deployment with its trace and all its steps, waiting. */
  async create(tx: Tx, input: NewDeployment): Promise<string> {
    const id = uuid();
    const traceId = uuid();
    const common = {
      tenant_id: input.tenantId,
      correlation_id: tx.actor.correlationId,
    };
    await tx.db('deployments').insert({
      id,
      ...common,
      api_id: input.apiId,
      version: input.version,
      environment: input.environment,
      status: 'pending',
      requested_by: tx.actor.principal.subject,
      backend_url: input.backendUrl,
      commit: input.commit,
      trace_id: traceId,
      created_at: now(),
      aggregate_version: 1,
    });
    await tx.db('pipeline_traces').insert({
      id: traceId,
      ...common,
      api_id: input.apiId,
      environment: input.environment,
      status: 'running',
      started_at: now(),
    });
    await tx.db('trace_steps').insert(
      STEPS.map((name, position) => ({
        id: uuid(),
        trace_id: traceId,
        tenant_id: input.tenantId,
        position,
        step_name: name,
        status: 'pending',
      })),
    );
    return id;
  }

  async get(
    id: string,
    db: Knex = this.knex,
  ): Promise<DeploymentRecord | undefined> {
    const row = await db('deployments as d')
      .leftJoin('people as p', 'p.subject', 'd.requested_by')
      .where('d.id', id)
      .first('d.*', 'p.name as requested_by_name');
    return row && toRecord(row);
  }

  async list(
    tenantId: string,
    options: { limit: number; cursor?: string; apiId?: string },
  ): Promise<{ items: Schema<'Deployment'>[]; next_cursor?: string }> {
    const after = decodeCursor(options.cursor, 1, 0);
    const query = this.knex('deployments as d')
      .leftJoin('people as p', 'p.subject', 'd.requested_by')
      .where('d.tenant_id', tenantId)
      .orderBy('d.id', 'desc')
      .limit(options.limit + 1)
      .select('d.*', 'p.name as requested_by_name');
    if (options.apiId) query.where('d.api_id', options.apiId);
    if (after) query.where('d.id', '<', after[0]);
    return toPage(
      await query,
      options.limit,
      row => toWire(toRecord(row)),
      row => [row.id],
    );
  }

  async trace(deployment: DeploymentRecord): Promise<Schema<'Trace'>> {
    const where = { tenant_id: deployment.tenant_id };
    const trace = await this.knex('pipeline_traces')
      .where({ ...where, id: deployment.traceId })
      .first();
    const steps = await this.knex('trace_steps')
      .where({ ...where, trace_id: deployment.traceId })
      .orderBy('position');
    return {
      id: trace.id,
      status: trace.status,
      started_at: iso(trace.started_at),
      completed_at: isoOrNull(trace.completed_at),
      steps: steps.map(step => ({
        name: step.step_name,
        status: step.status,
        ...(step.message && { message: step.message }),
        started_at: isoOrNull(step.started_at),
        completed_at: isoOrNull(step.completed_at),
      })),
    };
  }

  /** Compare-and-set; false when the deployment is not in a state from which the move is legal. */
  async move(
    db: Knex,
    deployment: { id: string; tenant_id: string },
    move: keyof typeof MOVES,
    message?: string,
  ): Promise<boolean> {
    const { from, to } = MOVES[move];
    const ended = to === 'success' || to === 'failed';
    const count = await db('deployments')
      .where({ id: deployment.id, tenant_id: deployment.tenant_id })
      .whereIn('status', [...from])
      .update({
        status: to,
        aggregate_version: db.raw('aggregate_version + 1'),
        ...(message !== undefined && { message: message.slice(0, 2000) }),
        ...(ended && { completed_at: now() }),
      });
    return count === 1;
  }

  async endTrace(
    db: Knex,
    deployment: DeploymentRecord,
    status: 'success' | 'failed',
  ): Promise<void> {
    await db('pipeline_traces')
      .where({ id: deployment.traceId, tenant_id: deployment.tenant_id })
      .update({ status, completed_at: now() });
  }

  async updateStep(
    deployment: DeploymentRecord,
    name: StepName,
    change: {
      status: string;
      message?: string;
      started_at?: string;
      completed_at?: string;
    },
  ): Promise<void> {
    await this.knex('trace_steps')
      .where({
        trace_id: deployment.traceId,
        tenant_id: deployment.tenant_id,
        step_name: name,
      })
      .update(change);
  }

  /** Whether this version was ever sent to this environment and did not fail there. */
  async exists(
    tenantId: string,
    apiId: string,
    version: string,
    environment: string,
  ): Promise<boolean> {
    const row = await this.knex('deployments')
      .where({ tenant_id: tenantId, api_id: apiId, version, environment })
      .whereIn('status', ['pending', 'running', 'success'])
      .first('id');
    return row !== undefined;
  }
}

function toRecord(row: any): DeploymentRecord {
  return {
    id: row.id,
    tenant_id: row.tenant_id,
    api_id: row.api_id,
    version: row.version,
    environment: row.environment,
    status: row.status,
    requested_by: row.requested_by_name ?? row.requested_by,
    ...(row.message && { message: row.message }),
    correlation_id: row.correlation_id,
    created_at: iso(row.created_at),
    completed_at: isoOrNull(row.completed_at),
    backendUrl: row.backend_url,
    commit: row.commit,
    traceId: row.trace_id,
    aggregateVersion: row.aggregate_version,
  };
}

/** Without what only the platform needs. */
export function toWire(record: DeploymentRecord): Schema<'Deployment'> {
  const {
    backendUrl: _b,
    commit: _c,
    traceId: _t,
    aggregateVersion: _a,
    ...wire
  } = record;
  return wire;
}
