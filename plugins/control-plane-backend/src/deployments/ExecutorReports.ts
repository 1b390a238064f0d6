import { Schema, StoaError } from '@stoa/plugin-stoa-common';
import { Actor, UnitOfWork } from '../database/UnitOfWork';
import { DeploymentRecord, DeploymentStore } from './DeploymentStore';
import { endDeployment } from './endDeployment';
import { StepName } from './lifecycle';

/** What an executor outside the platform says of its work. */
export class ExecutorReports {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly store: DeploymentStore;
    },
  ) {}

  /**
   * Takes a report; the same again changes nothing. Throws `stoa.conflict` for a
   * deployment that the platform carries out itself, and
   * `stoa.deployment.illegal_transition` for one that has ended otherwise.
   */
  async take(
    actor: Actor,
    deployment: DeploymentRecord,
    report: Schema<'ExecutorReport'>,
  ): Promise<void> {
    const { store, unitOfWork } = this.deps;
    if (deployment.executor !== 'external') {
      throw new StoaError(
        'stoa.conflict',
        'The platform carries this deployment out itself.',
      );
    }
    const { status, message } = report;
    await store.move(unitOfWork.knex, deployment, 'start');
    const { status: current } = (await store.get(deployment.id))!;
    if (current === status && status !== 'running') return;
    if (current !== 'running') {
      throw new StoaError(
        'stoa.deployment.illegal_transition',
        `The deployment is ${current}; it cannot be changed by "${status}".`,
        { details: { status: current, move: status } },
      );
    }
    for (const { name, ...change } of report.steps ?? []) {
      await store.updateStep(deployment, name as StepName, change);
    }
    if (message) {
      const level = status === 'failed' ? 'error' : 'info';
      await store.log(deployment, { level, message });
    }
    if (status === 'running') return;
    await unitOfWork.run(actor, async tx => {
      await endDeployment(tx, store, deployment, { status, message });
    });
  }
}
