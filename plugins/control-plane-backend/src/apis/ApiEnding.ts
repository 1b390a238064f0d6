import { StoaError } from '@stoa/plugin-stoa-common';
import { GatewayAdapter } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { Actor, UnitOfWork } from '../database/UnitOfWork';
import { DeploymentService } from '../deployments/DeploymentService';
import { Revocable } from '../tenants/TenantLife';
import { ApiRecord, ApiStore } from './ApiStore';

const LIVE = ['pending', 'active', 'suspended'];
/** How many subscriptions are read at once. */
const BATCH = 200;

/** What keeps an API from going. */
export interface ApiUse {
  readonly subscriptions: number;
  readonly routes: number;
  readonly deployments: number;
  readonly toolsets: number;
}

/** Ends what hangs on an API: who is subscribed, where it runs, what is on its way. */
export class ApiEnding {
  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly apis: ApiStore;
      readonly deployments: DeploymentService;
      readonly gateway: Pick<GatewayAdapter, 'deactivate'>;
      readonly revocables: readonly Revocable[];
    },
  ) {}

  /** Throws `stoa.api.in_use` with the number of each thing that uses it. */
  async refuseInUse(
    api: ApiRecord,
    db: Knex = this.deps.unitOfWork.knex,
  ): Promise<void> {
    const use = await this.#use(api, db);
    if (Object.values(use).every(n => n === 0)) return;
    throw new StoaError(
      'stoa.api.in_use',
      'The API has subscriptions, deployments or ToolSets. Revoke, undeploy and delete them first.',
      { details: use },
    );
  }

  /** Takes it from callers and subscribers. What is done stays done, so that it can be asked again after a fault. */
  async end(actor: Actor, api: ApiRecord, reason: string): Promise<void> {
    const { unitOfWork, apis, gateway } = this.deps;
    await this.#cancelDeployments(actor, api);
    for (const route of await apis.routes([api])) {
      await gateway.deactivate(route);
    }
    let ended = 0;
    for (const revocable of this.deps.revocables) {
      ended += await this.#revoke(actor, api, revocable, reason);
    }
    await unitOfWork.run(actor, tx =>
      tx.audit({
        tenantId: api.tenantId,
        action: 'stoa.api.delete',
        resource: `api:${api.tenantId}/${api.apiId}`,
        outcome: 'success',
        details: { ended_subscriptions: ended, reason },
      }),
    );
    await this.refuseLeft(api);
  }

  /** Throws `stoa.api.in_use` for what could not be ended, or began meanwhile. */
  async refuseLeft(
    api: ApiRecord,
    db: Knex = this.deps.unitOfWork.knex,
  ): Promise<void> {
    const { toolsets: _, ...use } = await this.#use(api, db);
    if (Object.values(use).every(n => n === 0)) return;
    throw new StoaError(
      'stoa.api.in_use',
      'A deployment of the API is under way, or something else began meanwhile. Try again in a moment.',
      { details: use },
    );
  }

  /** ToolSets that are made from it: they go with it. */
  async toolSets(api: ApiRecord): Promise<string[]> {
    const rows = await this.deps.unitOfWork
      .knex('mcp_servers')
      .where(whereOf(api))
      .whereNull('deleted_at')
      .select('slug');
    return rows.map(row => row.slug);
  }

  async #cancelDeployments(actor: Actor, api: ApiRecord): Promise<void> {
    const { unitOfWork, deployments } = this.deps;
    const rows = await unitOfWork
      .knex('deployments')
      .where(whereOf(api))
      .whereIn('status', ['pending', 'running'])
      .select('id');
    for (const { id } of rows) {
      await deployments.cancel(actor, id).catch((error: StoaError) => {
        // Callers may notice it already: it ends by itself, in a moment.
        if (error.code !== 'stoa.deployment.illegal_transition') throw error;
      });
    }
  }

  async #revoke(
    actor: Actor,
    api: ApiRecord,
    { table, revoke }: Revocable,
    reason: string,
  ): Promise<number> {
    const { knex } = this.deps.unitOfWork;
    let ended = 0;
    for (let after = ''; ; ) {
      const query = knex(`${table} as s`)
        .whereIn('s.status', LIVE)
        .orderBy('s.id')
        .limit(BATCH);
      if (after) query.where('s.id', '>', after);
      if (table === 'subscriptions') {
        query.where({ 's.tenant_id': api.tenantId, 's.api_id': api.apiId });
      } else {
        query
          .join('mcp_servers as m', 'm.id', 's.server_id')
          .where({ 'm.tenant_id': api.tenantId, 'm.api_id': api.apiId });
      }
      const rows = await query.select('s.id');
      for (const { id } of rows) {
        await revoke(actor, id, reason).catch(unlessEnded);
        ended += 1;
      }
      if (rows.length < BATCH) return ended;
      after = rows[rows.length - 1].id;
    }
  }

  async #use(api: ApiRecord, db: Knex): Promise<ApiUse> {
    const where = whereOf(api);
    const count = async (query: Knex.QueryBuilder) => {
      const row = await query.count({ n: '*' }).first();
      return Number(row?.n ?? 0);
    };
    return {
      subscriptions: await count(
        db('subscriptions').where(where).whereIn('status', LIVE),
      ),
      routes: await count(db('runtime_routes').where(where)),
      deployments: await count(
        db('deployments')
          .where(where)
          .whereIn('status', ['pending', 'running']),
      ),
      toolsets: await count(
        db('mcp_servers').where(where).whereNull('deleted_at'),
      ),
    };
  }
}

function whereOf(api: ApiRecord) {
  return { tenant_id: api.tenantId, api_id: api.apiId };
}

/** It may have ended by itself meanwhile. */
function unlessEnded(error: StoaError): void {
  if (error.code !== 'stoa.subscription.illegal_transition') throw error;
}
