import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { ApiRecord } from '../apis/ApiStore';
import { ApiService } from '../apis/ApiService';
import { etagOf } from '../apis/checks';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { isPostgres, isUniqueViolation } from '../database/values';
import { TenantStore } from '../tenants/TenantStore';
import { PlanStore, PlanTerms } from './PlanStore';

/** How many plans a tenant may have; a consumer chooses among them. */
const MAX_PLANS = 50;
const TRIES = 5;

/**
 * What a tenant offers. A subscription keeps the terms that it was made with: a
 * change of its plan is for those that come after.
 */
export class PlanService {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly store: PlanStore;
      readonly tenants: TenantStore;
      readonly apis: ApiService;
    },
  ) {}

  async get(tenantId: string, id: string): Promise<PlanTerms> {
    const plan = await this.deps.store.get(tenantId, id);
    if (!plan) throw notFound('plan');
    return plan;
  }

  /** Throws `stoa.plan.exists`, `stoa.tenant.quota_exceeded`. */
  async create(
    actor: Actor,
    tenantId: string,
    input: Schema<'PlanCreate'>,
  ): Promise<PlanTerms> {
    const { store, tenants } = this.deps;
    await tenants.active(tenantId);
    try {
      await this.#change(actor, tenantId, input.id, 'create', async tx => {
        if ((await store.count(tenantId, tx.db)) >= MAX_PLANS) {
          throw new StoaError(
            'stoa.tenant.quota_exceeded',
            `The tenant may have ${MAX_PLANS} plans. Delete one first.`,
          );
        }
        await store.insert(tx.db, tenantId, input);
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new StoaError(
        'stoa.plan.exists',
        `The tenant has a plan "${input.id}" already.`,
      );
    }
    return this.get(tenantId, input.id);
  }

  /** Replaces the terms. */
  async update(
    actor: Actor,
    tenantId: string,
    id: string,
    input: Schema<'PlanInput'>,
  ): Promise<PlanTerms> {
    const { store, tenants } = this.deps;
    await tenants.active(tenantId);
    await this.#change(actor, tenantId, id, 'update', async tx => {
      if (!(await store.update(tx.db, tenantId, id, input)))
        throw notFound('plan');
    });
    return this.get(tenantId, id);
  }

  /** Throws `stoa.plan.in_use` while a live subscription, an API or a ToolSet names it. */
  async remove(actor: Actor, tenantId: string, id: string): Promise<void> {
    const { store } = this.deps;
    await this.#change(actor, tenantId, id, 'delete', async tx => {
      const users = await store.usedBy(tx.db, tenantId, id);
      if (users) {
        throw new StoaError(
          'stoa.plan.in_use',
          `The plan is used by ${users}. Take it off them first.`,
        );
      }
      if (!(await store.remove(tx.db, tenantId, id))) throw notFound('plan');
    });
  }

  /** Offers an API on the plan, beside those that it names already. */
  async assign(
    actor: Actor,
    tenantId: string,
    apiId: string,
    id: string,
  ): Promise<ApiRecord> {
    await this.get(tenantId, id);
    return this.#editApi(actor, tenantId, apiId, plans =>
      plans.includes(id) ? plans : [...plans, id],
    );
  }

  /** Does nothing for one that the API does not name. Throws `stoa.conflict` for the only one: an API that names none is offered on all. */
  async unassign(
    actor: Actor,
    tenantId: string,
    apiId: string,
    id: string,
  ): Promise<ApiRecord> {
    return this.#editApi(actor, tenantId, apiId, plans => {
      if (!plans.includes(id)) return plans;
      if (plans.length === 1) {
        throw new StoaError(
          'stoa.conflict',
          'It is the only plan of the API, which without one would be offered on all. Assign another one first.',
        );
      }
      return plans.filter(plan => plan !== id);
    });
  }

  /** What plans an API names is kept in Git; somebody else may change it meanwhile. */
  async #editApi(
    actor: Actor,
    tenantId: string,
    apiId: string,
    edit: (plans: readonly string[]) => readonly string[],
  ): Promise<ApiRecord> {
    const { apis } = this.deps;
    for (let tries = 1; ; tries++) {
      const api = await apis.get(tenantId, apiId);
      const plans = edit(api.plans);
      if (plans === api.plans) return api;
      try {
        return await apis.update(actor, tenantId, apiId, etagOf(api), {
          plans: [...plans],
        });
      } catch (error) {
        const moved = (error as StoaError).code === 'stoa.precondition_failed';
        if (!moved || tries === TRIES) throw error;
      }
    }
  }

  /** Under the lock of the tenant's row, so that changes at the same time see each other. */
  async #change(
    actor: Actor,
    tenantId: string,
    id: string,
    what: 'create' | 'update' | 'delete',
    work: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    await this.deps.unitOfWork.run(actor, async tx => {
      const row = tx.db('tenants').where({ id: tenantId }).first('id');
      await (isPostgres(tx.db) ? row.forUpdate() : row);
      await work(tx);
      await tx.audit({
        tenantId,
        action: 'stoa.plan.manage',
        resource: `plan:${tenantId}/${id}`,
        outcome: 'success',
        details: { change: what },
      });
    });
  }
}
