import { LoggerService } from '@backstage/backend-plugin-api';
import { Environment } from '@stoa/plugin-stoa-common';
import {
  GatewayAdapter,
  GitOpsRepository,
  RouteSpec,
} from '@stoa/plugin-stoa-node';
import { systemActor, UnitOfWork } from '../database/UnitOfWork';
import { now } from '../database/values';
import { parseDefinition } from '../definitions';
import { parseApi } from '../projector/manifests';
import { apiFolder } from '../projector/paths';
import { definitionOf } from './definitionOf';
import { DeploymentRecord, DeploymentStore } from './DeploymentStore';
import { endDeployment } from './endDeployment';
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
    if (found?.executor !== 'built-in') return;
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
      // It was cancelled, which has told everybody.
      if (!(await store.beginStep(deployment, name))) return;
      try {
        const { skipped, message } = await this.#step(name, deployment);
        await store.log(deployment, { step: name, level: 'info', message });
        await store.updateStep(deployment, name, {
          status: skipped ? 'skipped' : 'success',
          message,
          completed_at: now(),
        });
      } catch (error) {
        const message = `${name}: ${(error as Error).message}`;
        await store.log(deployment, { step: name, level: 'error', message });
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
    const route = routeOf(deployment, []);
    const whole = async () =>
      routeOf(deployment, await this.#policies(deployment));
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
        return { message: await gateway.applyPolicies(await whole()) };
      case 'activate': {
        const message = await gateway.activate(await whole());
        const left = await this.#leave(deployment);
        return { message: left ? `${message}. ${left}` : message };
      }
      case 'verify':
        return { message: await gateway.verify(route) };
      default:
        throw new Error(`Unknown step ${name satisfies never}`);
    }
  }

  #definition(deployment: DeploymentRecord): Promise<Buffer> {
    return definitionOf(this.deps.repository, deployment);
  }

  /** What the version said of policies when it was deployed. */
  async #policies(
    deployment: DeploymentRecord,
  ): Promise<RouteSpec['policies']> {
    const { tenant_id: tenantId, api_id: apiId, commit } = deployment;
    const path = `${apiFolder(tenantId, apiId)}/api.yaml`;
    const manifest = await this.deps.repository.read(commit, path);
    if (!manifest)
      throw new Error(`${path} is not in commit ${commit.slice(0, 12)}`);
    return parseApi(manifest.toString('utf8'), tenantId, apiId).spec.policies;
  }

  /** On the way back, the version that is left is no longer served. */
  async #leave(deployment: DeploymentRecord): Promise<string | undefined> {
    const { store, gateway } = this.deps;
    if (!deployment.rollback_of) return undefined;
    const left = await store.get(deployment.rollback_of);
    // The same version is one address: what came back has taken its place.
    if (!left || left.version === deployment.version) return undefined;
    return gateway.deactivate(routeOf(left, []));
  }

  async #end(
    deployment: DeploymentRecord,
    status: 'success' | 'failed',
    message?: string,
  ): Promise<void> {
    const { unitOfWork, logger, store } = this.deps;
    if (message) logger.warn(`Deployment ${deployment.id} failed: ${message}`);
    const actor = systemActor('runner', deployment.correlation_id);
    await unitOfWork.run(actor, tx =>
      endDeployment(tx, store, deployment, { status, message }),
    );
  }
}

function routeOf(
  deployment: DeploymentRecord,
  policies: RouteSpec['policies'],
): RouteSpec {
  return {
    tenantId: deployment.tenant_id,
    apiId: deployment.api_id,
    version: deployment.version,
    environment: deployment.environment as Environment,
    backendUrl: deployment.backendUrl,
    deploymentId: deployment.id,
    policies,
  };
}
