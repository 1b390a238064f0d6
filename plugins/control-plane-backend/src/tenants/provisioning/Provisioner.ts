import { LoggerService } from '@backstage/backend-plugin-api';
import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { Actor, UnitOfWork, systemActor } from '../../database/UnitOfWork';
import { isPostgres } from '../../database/values';
import { TenantStore } from '../TenantStore';
import { ProvisioningStore } from './ProvisioningStore';
import { ProvisioningStep } from './steps';

/** How long a step may take; what it does after that counts when it is tried again. */
const STEP_TIMEOUT_MS = 10_000;
const BATCH = 100;

/**
 * Gives new tenants what they need, as a saga: each step is a row, a tenant that
 * waits is taken up after a crash where it was left, and a step that fails stays
 * to be seen and tried again.
 */
export class Provisioner {
  #running: Promise<void> = Promise.resolve();
  #waiting = false;

  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly tenants: TenantStore;
      readonly store: ProvisioningStore;
      readonly steps: readonly ProvisioningStep[];
      readonly logger: LoggerService;
    },
  ) {}

  /** Takes up what a process before this one left, and provisions whoever waits. */
  async start(): Promise<void> {
    const { store, unitOfWork } = this.deps;
    // A file database has one process. With others, what they hold is theirs until its lease ends.
    if (!isPostgres(unitOfWork.knex)) await store.releaseAll();
    await this.catchUp();
  }

  /** Provisions every tenant that waits; calls at the same time share a run that begins after them. */
  async catchUp(): Promise<void> {
    if (!this.#waiting) {
      this.#waiting = true;
      this.#running = this.#running
        .catch(() => undefined)
        .then(() => {
          this.#waiting = false;
          return this.#catchUp();
        });
    }
    return this.#running;
  }

  /** As `catchUp`, in the background. */
  poke(): void {
    this.catchUp().catch(error =>
      this.deps.logger.error('Tenants could not be provisioned', error),
    );
  }

  /** Waits for what runs. */
  async stop(): Promise<void> {
    await this.#running.catch(() => undefined);
  }

  async view(tenantId: string): Promise<Schema<'Provisioning'>> {
    const tenant = await this.deps.tenants.get(tenantId);
    if (!tenant) throw notFound('tenant');
    return {
      status: tenant.provisioning,
      steps: await this.deps.store.steps(tenantId),
    };
  }

  /** Lets a tenant that failed go on with the step that did. Throws `stoa.tenant.illegal_transition`. */
  async retry(actor: Actor, tenantId: string): Promise<Schema<'Provisioning'>> {
    const { unitOfWork, store } = this.deps;
    await unitOfWork.run(actor, async tx => {
      if (!(await store.retry(tx.db, tenantId))) {
        const tenant = await this.deps.tenants.get(tenantId, tx.db);
        if (!tenant) throw notFound('tenant');
        const status = tenant.provisioning;
        throw new StoaError(
          'stoa.tenant.illegal_transition',
          `The tenant's provisioning is ${status}; only one that failed is tried again.`,
          { details: { status, move: 'retry' } },
        );
      }
      await tx.audit({
        tenantId,
        action: 'stoa.tenant.update',
        resource: `tenant:${tenantId}`,
        outcome: 'success',
        details: { provisioning: 'retry' },
      });
    });
    this.poke();
    return this.view(tenantId);
  }

  async #catchUp(): Promise<void> {
    for (;;) {
      const due = await this.deps.store.due(BATCH);
      for (const tenantId of due) await this.#provision(tenantId);
      if (due.length < BATCH) return;
    }
  }

  async #provision(tenantId: string): Promise<void> {
    const { store, steps, unitOfWork } = this.deps;
    if (!(await store.claim(tenantId))) return;
    await store.plan(
      tenantId,
      steps.map(step => step.name),
    );
    let failed: string | undefined;
    for (const step of steps) {
      if (await store.isDone(tenantId, step.name)) continue;
      if (!(await this.#run(tenantId, step))) {
        failed = step.name;
        break;
      }
    }
    await unitOfWork.run(systemActor('provisioning', tenantId), async tx => {
      const status = failed ? 'failed' : 'ready';
      if (!(await store.end(tx.db, tenantId, status))) return;
      await tx.audit({
        tenantId,
        action: 'stoa.tenant.provision',
        resource: `tenant:${tenantId}`,
        outcome: failed ? 'failed' : 'success',
        ...(failed && { details: { step: failed } }),
      });
    });
  }

  async #run(tenantId: string, step: ProvisioningStep): Promise<boolean> {
    const { store, logger } = this.deps;
    await store.begin(tenantId, step.name);
    try {
      const message = await inTime(step.run(tenantId));
      await store.finish(tenantId, step.name, 'done', message);
      return true;
    } catch (error) {
      logger.warn(
        `Step ${step.name} of tenant ${tenantId} failed`,
        error as Error,
      );
      await store.finish(tenantId, step.name, 'failed', wordsOf(error));
      return false;
    }
  }
}

/** Our own errors are written to be read; what others say may hold what nobody should read. */
function wordsOf(error: unknown): string {
  return error instanceof StoaError
    ? error.message
    : 'It failed; the log of the platform says why.';
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new StoaError(
            'stoa.unavailable',
            `It took longer than ${STEP_TIMEOUT_MS / 1000} seconds.`,
          ),
        ),
      STEP_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
