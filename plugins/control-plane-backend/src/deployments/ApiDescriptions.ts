import { notFound } from '@stoa/plugin-stoa-common';
import { GitOpsRepository } from '@stoa/plugin-stoa-node';
import { ApiDescription, describeDefinition } from '../definitions';
import { definitionOf } from './definitionOf';
import { DeploymentStore } from './DeploymentStore';

/** What the definitions that were deployed say of requests and answers. */
export class ApiDescriptions {
  constructor(
    readonly deps: {
      readonly store: DeploymentStore;
      readonly repository: GitOpsRepository;
    },
  ) {}

  /** Throws `stoa.not_found` for a deployment that there is not. */
  async of(deploymentId: string): Promise<ApiDescription> {
    const deployment = await this.deps.store.get(deploymentId);
    if (!deployment) throw notFound('deployment');
    return describeDefinition(
      await definitionOf(this.deps.repository, deployment),
    );
  }
}
