import {
  Environment,
  isSamePerson,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { ApiRecord, ApiStore, lockVersion } from '../apis/ApiStore';
import { invalid } from '../apis/checks';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { isUniqueViolation } from '../database/values';
import { ownRequest } from '../http/refusal';
import { isBeingWritten } from '../projector/writes';
import { TenantStore } from '../tenants/TenantStore';
import {
  DeploymentRecord,
  DeploymentStore,
  Executor,
  NewDeployment,
} from './DeploymentStore';
import {
  environmentAfter,
  environmentBefore,
  needsApproval,
  VISIBLE_STEP,
} from './lifecycle';

/** Asks for deployments and decides on them; an executor carries them out. */
export class DeploymentService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly store: DeploymentStore;
      readonly apis: ApiStore;
      readonly tenants: TenantStore;
      readonly executor: Executor;
    },
  ) {}

  /**
   * Throws `stoa.validation` for an environment without backend,
   * `stoa.deployment.illegal_transition` for a version that does not run in the
   * environment before. To production it waits for a second person.
   */
  async request(
    actor: Actor,
    input: {
      tenantId: string;
      apiId: string;
      version?: string;
      environment: Environment;
      promotedFrom?: string;
    },
  ): Promise<DeploymentRecord> {
    const { environment } = input;
    const api = await this.#deployable(input.tenantId, input.apiId);
    const version = input.version ?? api.version;
    const target = api.environments.find(e => e.name === environment);
    if (!target) {
      throw invalid(
        'environment',
        `the API has no backend for ${environment}; add it to its environments`,
      );
    }
    await this.#checkOrder(api, version, environment);
    return this.#create(actor, {
      tenantId: api.tenantId,
      apiId: api.apiId,
      version,
      environment,
      backendUrl: target.backendUrl,
      executor: this.deps.executor,
      requiresApproval: needsApproval(environment),
      promotedFrom: input.promotedFrom,
    });
  }

  /** Brings what runs here to the environment after. */
  async promote(actor: Actor, id: string): Promise<DeploymentRecord> {
    const deployment = await this.get(id);
    if (deployment.status !== 'success') throw illegal(deployment, 'promote');
    const api = await this.#deployable(deployment.tenant_id, deployment.api_id);
    const environment = environmentAfter(
      deployment.environment,
      api.environments.map(e => e.name),
    );
    if (!environment) {
      throw new StoaError(
        'stoa.deployment.illegal_transition',
        `There is no environment after ${deployment.environment} for this API.`,
      );
    }
    return this.request(actor, {
      tenantId: deployment.tenant_id,
      apiId: deployment.api_id,
      version: deployment.version,
      environment,
      promotedFrom: id,
    });
  }

  /**
   * Brings back what ran in this place before. It needs no second approval: it had
   * its own. Throws `stoa.deployment.illegal_transition` when there is nothing to go
   * back to, or something else runs here by now.
   */
  async rollBack(actor: Actor, id: string): Promise<DeploymentRecord> {
    const { store, apis } = this.deps;
    const deployment = await this.get(id);
    if (deployment.status !== 'success') throw illegal(deployment, 'rollback');
    const { tenant_id: tenantId, api_id: apiId } = deployment;
    await this.#deployable(tenantId, apiId);
    const routes = await apis.routes([{ tenantId, apiId }]);
    if (!routes.some(route => route.deploymentId === id)) {
      throw new StoaError(
        'stoa.deployment.illegal_transition',
        'This deployment is not what runs there any more.',
      );
    }
    const before = await store.before(deployment);
    if (!before) {
      throw new StoaError(
        'stoa.deployment.illegal_transition',
        'There is no earlier deployment to go back to.',
      );
    }
    try {
      return await this.#create(actor, {
        tenantId,
        apiId,
        version: before.version,
        environment: before.environment,
        backendUrl: before.backendUrl,
        commit: before.commit,
        executor: this.deps.executor,
        requiresApproval: false,
        rollbackOf: id,
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new StoaError(
        'stoa.deployment.illegal_transition',
        'It is being rolled back already.',
      );
    }
  }

  /** Throws `stoa.deployment.own_request` for who asked for it, `stoa.deployment.illegal_transition` when it waits for nobody. */
  async approve(actor: Actor, id: string): Promise<DeploymentRecord> {
    const { store, unitOfWork } = this.deps;
    const deployment = await this.get(id);
    if (isSamePerson(actor.principal, deployment.requester))
      throw ownRequest('deployment');
    await unitOfWork.run(actor, async tx => {
      const version = await store.approve(tx, deployment);
      if (version === undefined) {
        throw illegal((await store.get(id, tx.db))!, 'approve');
      }
      await this.#tellExecutor(tx, deployment, version);
      await audit(tx, deployment, 'stoa.deployment.approve');
    });
    return this.get(id);
  }

  /** Ends it before callers could notice. Throws `stoa.deployment.illegal_transition` afterwards. */
  async cancel(actor: Actor, id: string): Promise<DeploymentRecord> {
    const { store, unitOfWork } = this.deps;
    const deployment = await this.get(id);
    await unitOfWork.run(actor, async tx => {
      // Held until we are through: no step begins meanwhile.
      await store.lockedStatus(tx.db, deployment);
      const { steps } = await store.trace(deployment, tx.db);
      const step = steps.find(({ name }) => name === VISIBLE_STEP);
      const version =
        step?.status === 'pending'
          ? await store.move(tx.db, deployment, 'cancel')
          : undefined;
      if (version === undefined) {
        throw illegal((await store.get(id, tx.db))!, 'cancel');
      }
      await store.endTrace(tx.db, deployment, 'cancelled');
      await tellResult(tx, deployment, { version, status: 'cancelled' });
      await audit(tx, deployment, 'stoa.deployment.cancel');
    });
    return this.get(id);
  }

  /** The deployment, for whoever the policy lets see its tenant; else `stoa.not_found`. */
  async get(id: string): Promise<DeploymentRecord> {
    const deployment = await this.deps.store.get(id);
    if (!deployment) throw notFound('deployment');
    return deployment;
  }

  async #deployable(tenantId: string, apiId: string): Promise<ApiRecord> {
    const tenant = await this.deps.tenants.get(tenantId);
    const api = await this.deps.apis.get(tenantId, apiId);
    if (!tenant || !api) throw notFound('API');
    if (tenant.status !== 'active') {
      throw new StoaError(
        'stoa.tenant.suspended',
        `The tenant is ${tenant.status}; nothing in it can be deployed.`,
      );
    }
    if (api.status === 'retired') {
      throw new StoaError(
        'stoa.deployment.illegal_transition',
        'The API is retired; nothing of it can be deployed.',
      );
    }
    return api;
  }

  async #checkOrder(
    api: ApiRecord,
    version: string,
    environment: Environment,
  ): Promise<void> {
    const before = environmentBefore(
      environment,
      api.environments.map(e => e.name),
    );
    if (!before) return;
    const routes = await this.deps.apis.routes([api]);
    if (!routes.some(r => r.version === version && r.environment === before)) {
      throw new StoaError(
        'stoa.deployment.illegal_transition',
        `Deploy version ${version} to ${before} first.`,
      );
    }
  }

  /** Without a commit, of the version as it stands. */
  async #create(
    actor: Actor,
    input: Omit<NewDeployment, 'commit'> & { readonly commit?: string },
  ): Promise<DeploymentRecord> {
    const { store, unitOfWork } = this.deps;
    const id = await unitOfWork.run(actor, async tx => {
      const standing = await this.#hold(tx, input);
      const commit = input.commit ?? standing;
      const created = await store.create(tx, { ...input, commit });
      const deployment = (await store.get(created, tx.db))!;
      if (!input.requiresApproval) await this.#tellExecutor(tx, deployment, 1);
      else await askForApproval(tx, deployment);
      await audit(tx, deployment, 'stoa.deployment.create');
      return created;
    });
    return (await store.get(id))!;
  }

  /** The commit of the version, which beyond dev keeps its document from now on. */
  async #hold(
    tx: Tx,
    input: Pick<
      NewDeployment,
      'tenantId' | 'apiId' | 'version' | 'environment'
    >,
  ): Promise<string> {
    const { tenantId, apiId, version } = input;
    const found = await lockVersion(tx.db, tenantId, apiId, version);
    if (!found) throw notFound('version');
    if (input.environment === 'dev' || found.frozen) return found.commit;
    const resource = `api:${tenantId}/${apiId}`;
    if (await isBeingWritten(tx.db, 'stoa.api.update', resource)) {
      throw new StoaError(
        'stoa.conflict',
        'The API is being changed. Try again in a moment.',
      );
    }
    await tx
      .db('api_versions')
      .where({ tenant_id: tenantId, api_id: apiId, version })
      .update({ frozen: true });
    return found.commit;
  }

  async #tellExecutor(
    tx: Tx,
    deployment: DeploymentRecord,
    aggregateVersion: number,
  ): Promise<void> {
    await tx.event({
      topic: 'deploy-requests',
      type: 'deploy-request',
      tenantId: deployment.tenant_id,
      aggregate: `deployment:${deployment.id}`,
      aggregateVersion,
      payload: {
        ...factsOf(deployment),
        git_commit: deployment.commit,
        requested_by: deployment.requester,
      },
    });
  }
}

async function askForApproval(
  tx: Tx,
  deployment: DeploymentRecord,
): Promise<void> {
  await tx.event({
    topic: 'notifications',
    type: 'deployment-approval-requested',
    tenantId: deployment.tenant_id,
    aggregate: `deployment:${deployment.id}`,
    aggregateVersion: 1,
    payload: { ...factsOf(deployment), requested_by: deployment.requester },
  });
}

/** Tells how a deployment ended. */
export async function tellResult(
  tx: Tx,
  deployment: DeploymentRecord,
  result: { version: number; status: string; message?: string },
): Promise<void> {
  const { status, message } = result;
  await tx.event({
    topic: 'deploy-results',
    type: 'deploy-result',
    tenantId: deployment.tenant_id,
    aggregate: `deployment:${deployment.id}`,
    aggregateVersion: result.version,
    payload: {
      ...factsOf(deployment),
      requested_by: deployment.requester,
      status,
      ...(message && { message }),
    },
  });
}

async function audit(
  tx: Tx,
  deployment: DeploymentRecord,
  action: string,
): Promise<void> {
  await tx.audit({
    tenantId: deployment.tenant_id,
    action,
    resource: `api:${deployment.tenant_id}/${deployment.api_id}`,
    outcome: 'success',
    details: {
      ...factsOf(deployment),
      ...(deployment.rollback_of && { rollback_of: deployment.rollback_of }),
    },
  });
}

export function factsOf(deployment: DeploymentRecord) {
  return {
    deployment_id: deployment.id,
    api_id: deployment.api_id,
    environment: deployment.environment,
    version: deployment.version,
  };
}

function illegal(deployment: DeploymentRecord, move: string): StoaError {
  return new StoaError(
    'stoa.deployment.illegal_transition',
    `The deployment is ${deployment.status}; it cannot be changed by "${move}".`,
    { details: { status: deployment.status, move } },
  );
}
