import { LoggerService } from '@backstage/backend-plugin-api';
import { Environment } from '@stoa/plugin-stoa-common';
import {
  GatewayAdapter,
  GitOpsRepository,
  RouteSpec,
} from '@stoa/plugin-stoa-node';
import { UnitOfWork, systemActor } from '../database/UnitOfWork';
import { now } from '../database/values';
import { parseDefinition } from '../definitions';
import { apiFolder } from '../projector/paths';
import { DEFINITION_MAX_BYTES } from '../projector/TreeProjection';
import { DeploymentRecord, DeploymentStore } from './DeploymentStore';
import { STEPS, StepName } from './lifecycle';

/**
 * Walks a deployment's steps through a gateway adapter. Every step is recorded
 * with its real times; steps are idempotent, so a deployment that a stopped
 * process left behind is walked again from its first unfinished step.
 */
export class DeploymentRunner {
  constructor(
    readonly deps: {
      readonly store: DeploymentStore;
      readonly unitOfWork: UnitOfWork;
      readonly repository: GitOpsRepository;
      readonly gateway: GatewayAdapter;
      readonly logger: LoggerService;
    },
  ) {}

  async run(id: string): Promise<void> {
    const { store, unitOfWork } = this.deps;
    const found = await store.get(id);
    if (!found) return;
    await store.move(unitOfWork.knex, found, 'start');
    const deployment = (await store.get(id))!;
    if (deployment.status !== 'running') return;
    const done = new Set(
      (await store.trace(deployment)).steps
        .filter(s => ['success', 'skipped'].includes(s.status))
        .map(s => s.name),
    );
    for (const name of STEPS) {
      if (done.has(name)) continue;
      await store.updateStep(deployment, name, {
        status: 'running',
        started_at: now(),
      });
      try {
        const outcome = await this.#step(name, deployment);
        await store.updateStep(deployment, name, {
          status: outcome.skipped ? 'skipped' : 'success',
          message: outcome.message,
          completed_at: now(),
        });
      } catch (error) {
        const message = `${name}: ${(error as Error).message}`;
        await store.updateStep(deployment, name, {
          status: 'failed',
          message,
          completed_at: now(),
        });
        await this.#end(deployment, 'failed', message);
        return;
      }
    }
    await this.#end(deployment, 'success');
  }

  async #step(
    name: StepName,
    deployment: DeploymentRecord,
  ): Promise<{ message: string; skipped?: boolean }> {
    const { gateway } = this.deps;
    const route = routeOf(deployment);
    switch (name) {
      case 'fetch-spec': {
        const bytes = await this.#definition(deployment);
        return {
          message: `${bytes.length} bytes at commit ${deployment.commit.slice(
            0,
            12,
          )}`,
        };
      }
      case 'validate': {
        const report = await parseDefinition(
          await this.#definition(deployment),
        );
        if (!report.ok) throw new Error(report.problems[0].message);
        return {
          message: `OpenAPI ${report.specVersion}, ${report.operations.length} operations`,
        };
      }
      case 'convert':
        return {
          message: `Not needed: the ${gateway.name} gateway takes the document as it is`,
          skipped: true,
        };
      case 'import':
        return { message: await gateway.importApi(route) };
      case 'apply-policies':
        return { message: await gateway.applyPolicies(route) };
      case 'activate':
        return { message: await gateway.activate(route) };
      case 'verify':
        return { message: await gateway.verify(route) };
      default:
        throw new Error(`Unknown step ${name satisfies never}`);
    }
  }

  async #definition(deployment: DeploymentRecord): Promise<Buffer> {
    const path = `${apiFolder(
      deployment.tenant_id,
      deployment.api_id,
    )}/openapi.yaml`;
    const bytes = await this.deps.repository.read(deployment.commit, path, {
      maxBytes: DEFINITION_MAX_BYTES,
    });
    if (!bytes)
      throw new Error(
        `${path} is not in commit ${deployment.commit.slice(0, 12)}`,
      );
    return bytes;
  }

  async #end(
    deployment: DeploymentRecord,
    status: 'success' | 'failed',
    message?: string,
  ): Promise<void> {
    const { store, unitOfWork, logger } = this.deps;
    if (message) logger.warn(`Deployment ${deployment.id} failed: ${message}`);
    await unitOfWork.run(
      systemActor('runner', deployment.correlation_id),
      async tx => {
        if (
          !(await store.move(
            tx.db,
            deployment,
            status === 'success' ? 'succeed' : 'fail',
            message,
          ))
        )
          return;
        await store.endTrace(tx.db, deployment, status);
        await tx.event({
          topic: 'deploy-results',
          type: 'deploy-result',
          tenantId: deployment.tenant_id,
          aggregate: `deployment:${deployment.id}`,
          aggregateVersion: deployment.aggregateVersion + 1,
          payload: {
            deployment_id: deployment.id,
            api_id: deployment.api_id,
            environment: deployment.environment,
            version: deployment.version,
            status,
            ...(message && { message }),
          },
        });
        await tx.audit({
          tenantId: deployment.tenant_id,
          action: 'stoa.deployment.run',
          resource: `api:${deployment.tenant_id}/${deployment.api_id}`,
          outcome: status === 'success' ? 'success' : 'failed',
          details: {
            deployment_id: deployment.id,
            environment: deployment.environment,
            version: deployment.version,
          },
        });
      },
    );
  }
}

function routeOf(deployment: DeploymentRecord): RouteSpec {
  return {
    tenantId: deployment.tenant_id,
    apiId: deployment.api_id,
    version: deployment.version,
    environment: deployment.environment as Environment,
    backendUrl: deployment.backendUrl,
    deploymentId: deployment.id,
  };
}
