import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { Tx } from '../database/UnitOfWork';
import { newestFirst, Page, PageQuery, pageOf } from '../database/page';
import { iso, isoOrNull, isPostgres, now } from '../database/values';
import { DeploymentState, MoveName, MOVES, STEPS, StepName } from './lifecycle';

/** Who carries it out: the runner in this platform, or an executor that reports how it goes. */
export type Executor = 'built-in' | 'external';

/** A row of `deployments`. */
export interface DeploymentRecord
  extends Omit<Schema<'Deployment'>, 'permissions'> {
  /** The subject; `requested_by` is a name. */
  readonly requester: string;
  readonly executor: Executor;
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
  readonly executor: Executor;
  readonly requiresApproval: boolean;
  readonly promotedFrom?: string;
  readonly rollbackOf?: string;
}

export interface LogLine {
  readonly step?: string;
  readonly level: 'info' | 'error';
  readonly message: string;
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
      executor: input.executor,
      requires_approval: input.requiresApproval,
      promoted_from: input.promotedFrom ?? null,
      rollback_of: input.rollbackOf ?? null,
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
    const row = await this.#select(db).where('d.id', id).first();
    return row && toRecord(row);
  }

  async list(
    tenantId: string,
    options: PageQuery & {
      api_id?: string;
      environment?: string;
      status?: string;
    },
  ): Promise<Page<DeploymentRecord>> {
    const query = this.#select().where('d.tenant_id', tenantId);
    if (options.api_id) query.where('d.api_id', options.api_id);
    if (options.environment) query.where('d.environment', options.environment);
    if (options.status) query.where('d.status', options.status);
    return pageOf(query, options, newestFirst('d.id'), toRecord);
  }

  async trace(
    deployment: DeploymentRecord,
    db: Knex = this.knex,
  ): Promise<Schema<'Trace'>> {
    const where = { tenant_id: deployment.tenant_id };
    const trace = await db('pipeline_traces')
      .where({ ...where, id: deployment.traceId })
      .first();
    const steps = await db('trace_steps')
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

  /**
   * Compare-and-set: the new version of the aggregate, or undefined when the state
   * does not allow the move. What waits for approval does not start.
   */
  async move(
    db: Knex,
    deployment: { id: string; tenant_id: string },
    name: MoveName,
    message?: string,
  ): Promise<number | undefined> {
    const { from, to } = MOVES[name];
    const ends = to !== 'running' && to !== 'rolled_back';
    const query = this.#of(db, deployment).whereIn('status', [...from]);
    if (name === 'start') {
      query.where(q =>
        q.where({ requires_approval: false }).orWhereNotNull('approved_at'),
      );
    }
    return this.#set(query, {
      status: to,
      ...(message !== undefined && { message: message.slice(0, 2000) }),
      ...(ends && { completed_at: now() }),
    });
  }

  /** Compare-and-set: undefined when it waits for no approval, or was asked for by the same person. */
  async approve(
    tx: Tx,
    deployment: { id: string; tenant_id: string },
  ): Promise<number | undefined> {
    const approver = tx.actor.principal.subject;
    const query = this.#of(tx.db, deployment)
      .where({ status: 'pending', requires_approval: true })
      .whereNull('approved_at')
      .whereNot({ requested_by: approver });
    return this.#set(query, { approved_by: approver, approved_at: now() });
  }

  /**
   * Begins a step while the deployment runs; false when it was cancelled meanwhile.
   * The row is locked, so that nothing is cancelled once callers may notice it.
   */
  async beginStep(
    deployment: DeploymentRecord,
    name: StepName,
  ): Promise<boolean> {
    return this.knex.transaction(async trx => {
      const status = await this.lockedStatus(trx, deployment);
      if (status !== 'running') return false;
      const change = { status: 'running', started_at: now() };
      await this.updateStep(deployment, name, change, trx);
      return true;
    });
  }

  /** The state, with the row held until the transaction ends. */
  async lockedStatus(
    trx: Knex,
    deployment: { id: string; tenant_id: string },
  ): Promise<DeploymentState> {
    const row = this.#of(trx, deployment).first('status');
    return (await (isPostgres(trx) ? row.forUpdate() : row)).status;
  }

  /** The last one before this that came to the same place, and was not taken back. */
  async before(
    deployment: DeploymentRecord,
  ): Promise<DeploymentRecord | undefined> {
    const row = await this.#select()
      .where({
        'd.tenant_id': deployment.tenant_id,
        'd.api_id': deployment.api_id,
        'd.environment': deployment.environment,
        'd.status': 'success',
      })
      .where('d.id', '<', deployment.id)
      .orderBy('d.id', 'desc')
      .first();
    return row && toRecord(row);
  }

  async log(deployment: DeploymentRecord, line: LogLine): Promise<void> {
    await this.knex('deployment_logs').insert({
      id: uuid(),
      tenant_id: deployment.tenant_id,
      deployment_id: deployment.id,
      step_name: line.step ?? null,
      level: line.level,
      message: line.message.slice(0, 4000),
      at: now(),
    });
  }

  /** Oldest first. */
  async logs(
    deployment: DeploymentRecord,
    options: PageQuery,
  ): Promise<Page<Schema<'DeploymentLogLine'>>> {
    const query = this.knex('deployment_logs').where({
      tenant_id: deployment.tenant_id,
      deployment_id: deployment.id,
    });
    return pageOf(
      query,
      options,
      { ...newestFirst('id'), order: 'asc' },
      (row: any) => ({
        at: iso(row.at),
        level: row.level,
        message: row.message,
        ...(row.step_name && { step: row.step_name }),
      }),
    );
  }

  async endTrace(
    db: Knex,
    deployment: DeploymentRecord,
    status: 'success' | 'failed' | 'cancelled',
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
    db: Knex = this.knex,
  ): Promise<void> {
    await db('trace_steps')
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

  #of(
    db: Knex,
    deployment: { id: string; tenant_id: string },
  ): Knex.QueryBuilder {
    const { id, tenant_id } = deployment;
    return db('deployments').where({ id, tenant_id });
  }

  async #set(
    query: Knex.QueryBuilder,
    columns: Readonly<Record<string, unknown>>,
  ): Promise<number | undefined> {
    const rows = await query
      .update({
        ...columns,
        aggregate_version: this.knex.raw('aggregate_version + 1'),
      })
      .returning('aggregate_version');
    return rows[0]?.aggregate_version;
  }

  #select(db: Knex = this.knex): Knex.QueryBuilder {
    return db('deployments as d')
      .leftJoin('people as p', 'p.subject', 'd.requested_by')
      .leftJoin('people as q', 'q.subject', 'd.approved_by')
      .select(
        'd.*',
        'p.name as requested_by_name',
        'q.name as approved_by_name',
      );
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
    requires_approval: Boolean(row.requires_approval),
    ...(row.approved_at && {
      approved_by: row.approved_by_name ?? row.approved_by,
      approved_at: iso(row.approved_at),
    }),
    ...(row.promoted_from && { promoted_from: row.promoted_from }),
    ...(row.rollback_of && { rollback_of: row.rollback_of }),
    ...(row.message && { message: row.message }),
    correlation_id: row.correlation_id,
    created_at: iso(row.created_at),
    completed_at: isoOrNull(row.completed_at),
    requester: row.requested_by,
    executor: row.executor,
    backendUrl: row.backend_url,
    commit: row.commit,
    traceId: row.trace_id,
    aggregateVersion: row.aggregate_version,
  };
}
