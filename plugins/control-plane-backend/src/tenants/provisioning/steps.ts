import { StoaError } from '@stoa/plugin-stoa-common';
import { GitOpsRepository, IdentityAdmin } from '@stoa/plugin-stoa-node';
import { UnitOfWork, systemActor } from '../../database/UnitOfWork';
import { PlanStore } from '../../plans/PlanStore';
import { tenantPath } from '../../projector/paths';

/** One thing that a tenant needs. It may run again after it was done in part, or wholly. */
export interface ProvisioningStep {
  readonly name: string;
  /** Answers what was done, in words for the tenant's people. Throws when it could not be done. */
  readonly run: (tenantId: string) => Promise<string>;
}

/** What every tenant is given, in this order. */
export function provisioningSteps(deps: {
  readonly unitOfWork: UnitOfWork;
  readonly repository: GitOpsRepository;
  readonly identityAdmin: IdentityAdmin;
}): readonly ProvisioningStep[] {
  return [
    {
      name: 'git-folder',
      async run(tenantId) {
        const { repository } = deps;
        const head = await repository.head();
        const path = tenantPath(tenantId);
        if (!head || !(await repository.objectId(head, path)))
          throw new StoaError('stoa.conflict', `${path} is not in Git.`);
        return `${path} is in Git`;
      },
    },
    {
      name: 'identity-groups',
      async run(tenantId) {
        await deps.identityAdmin.ensureTenant(tenantId);
        return `The identity provider knows the roles of ${tenantId}`;
      },
    },
    {
      name: 'default-plans',
      async run(tenantId) {
        await deps.unitOfWork.run(systemActor('provisioning', ''), tx =>
          PlanStore.seed(tx.db, tenantId),
        );
        return 'Plans free, basic and pro are there';
      },
    },
  ];
}
