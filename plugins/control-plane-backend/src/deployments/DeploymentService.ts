import {
  Environment,
  Schema,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { ApiStore } from '../apis/ApiStore';
import { Actor, UnitOfWork } from '../database/UnitOfWork';
import { TenantStore } from '../tenants/TenantStore';
import { DeploymentRecord, DeploymentStore, toWire } from './DeploymentStore';

/** Asks for deployments; the runner carries them out. */
export class DeploymentService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly store: DeploymentStore;
      readonly apis: ApiStore;
      readonly tenants: TenantStore;
    },
  ) {}

  /** Throws `stoa.validation` for an environment without backend, `stoa.deployment.illegal_transition` out of order. */
  async request(
    actor: Actor,
    input: {
      tenantId: string;
      apiId: string;
      version?: string;
      environment: Environment;
    },
  ): Promise<Schema<'Deployment'>> {
    const { store, apis, tenants, unitOfWork } = this.deps;
    const tenant = await tenants.get(input.tenantId);
    const api = await apis.get(input.tenantId, input.apiId);
    if (!tenant || !api) throw notFound('API');
    if (tenant.status !== 'active') {
      throw new StoaError(
        'stoa.tenant.suspended',
        `The tenant is ${tenant.status}; nothing in it can be deployed.`,
      );
    }
    const version = input.version ?? api.version;
    const known = await apis.version(input.tenantId, input.apiId, version);
    if (!known) throw notFound('version');
    const target = api.environments.find(e => e.name === input.environment);
    if (!target) {
      const message = `the API has no backend for ${input.environment}; add it to its environments`;
      throw new StoaError('stoa.validation', `environment: ${message}`, {
        details: [{ field: 'environment', message }],
      });
    }
    await this.#checkOrder(
      input.tenantId,
      input.apiId,
      version,
      input.environment,
    );
    const id = await unitOfWork.run(actor, async tx => {
      const created = await store.create(tx, {
        tenantId: input.tenantId,
        apiId: input.apiId,
        version,
        environment: input.environment,
        backendUrl: target.backendUrl,
        commit: known.commit,
      });
      if (input.environment !== 'dev') {
        await tx
          .db('api_versions')
          .where({ tenant_id: input.tenantId, api_id: input.apiId, version })
          .update({ frozen: true });
      }
      await tx.event({
        topic: 'deploy-requests',
        type: 'deploy-request',
        tenantId: input.tenantId,
        aggregate: `deployment:${created}`,
        aggregateVersion: 1,
        payload: {
          deployment_id: created,
          api_id: input.apiId,
          environment: input.environment,
          version,
          git_commit: known.commit,
          requested_by: actor.principal.subject,
        },
      });
      await tx.audit({
        tenantId: input.tenantId,
        action: 'stoa.deployment.create',
        resource: `api:${input.tenantId}/${input.apiId}`,
        outcome: 'success',
        details: {
          deployment_id: created,
          environment: input.environment,
          version,
        },
      });
      return created;
    });
    return toWire((await store.get(id))!);
  }

  /** The deployment, for whoever the policy lets see its tenant; else `stoa.not_found`. */
  async get(id: string): Promise<DeploymentRecord> {
    const deployment = await this.deps.store.get(id);
    if (!deployment) throw notFound('deployment');
    return deployment;
  }

  /** dev, then staging; production needs a second person, whom this operation does not have. */
  async #checkOrder(
    tenantId: string,
    apiId: string,
    version: string,
    environment: Environment,
  ): Promise<void> {
    if (environment === 'dev') return;
    if (environment === 'production') {
      throw new StoaError(
        'stoa.not_implemented',
        'Production needs the approval of a second person, which is not available here yet.',
      );
    }
    const routes = await this.deps.apis.routes([{ tenantId, apiId }]);
    if (!routes.some(r => r.version === version && r.environment === 'dev')) {
      throw new StoaError(
        'stoa.deployment.illegal_transition',
        `Deploy version ${version} to dev first.`,
      );
    }
  }
}
