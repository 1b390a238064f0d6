import {
  Dialler,
  GatewayAdapter,
  PolicyStep,
  resolvePolicies,
  RouteSpec,
} from '@stoa/plugin-stoa-node';
import { ApiPolicyStore } from '../api-policies/ApiPolicyStore';
import { Knex } from 'knex';
import { UnitOfWork, systemActor } from '../database/UnitOfWork';
import { fromJson, isPostgres, now } from '../database/values';
import { ApiDescriptions } from './ApiDescriptions';
import { lockActiveTenant } from '../tenants/TenantStore';

/** Policies that go by what the definition says. */
const BY_DEFINITION: ReadonlySet<string> = new Set([
  'mock',
  'request-validation',
]);
/** Problems that a deployment tells of. */
const MAX_TOLD = 5;

/**
 * The data plane inside the platform: its state of record is our own table of
 * routes, which the feed carries to every instance.
 */
export class EmbeddedGateway implements GatewayAdapter {
  readonly name = 'embedded';

  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      readonly dialler: (tenantId: string) => Pick<Dialler, 'checkUrl'>;
      readonly descriptions: ApiDescriptions;
    },
  ) {}

  /** Refuses a backend that the platform would not call. */
  async importApi(route: RouteSpec): Promise<string> {
    await this.deps.dialler(route.tenantId).checkUrl(route.backendUrl);
    return `Backend ${new URL(route.backendUrl).host} may be called`;
  }

  /** Refuses policies that contradict each other, that there are no more, or that the definition has nothing for. */
  async applyPolicies(route: RouteSpec): Promise<string> {
    const steps = await policiesOf(this.deps.unitOfWork.knex, route);
    const types = steps.map(step => step.type);
    const note = types.some(type => BY_DEFINITION.has(type))
      ? await this.#described(route)
      : '';
    return types.length > 0
      ? `${types.join(', ')}${note}`
      : 'API key and the limit of the subscription’s plan';
  }

  /** How far the definition serves policies that go by it. Throws in words where it does not. */
  async #described({ deploymentId }: RouteSpec): Promise<string> {
    const { operations, problems } = await this.deps.descriptions.of(
      deploymentId,
    );
    if (operations.length === 0) {
      throw new Error(
        problems[0]?.message ?? 'The definition has no operations',
      );
    }
    const told = problems
      .slice(0, MAX_TOLD)
      .map(({ operation, message }) => `${operation}: ${message}`);
    return ` (${operations.length} operations). ${told.join(' ')}`.trimEnd();
  }

  async activate(route: RouteSpec): Promise<string> {
    const row = {
      backend_url: route.backendUrl,
      deployment_id: route.deploymentId,
      policies: JSON.stringify(route.policies),
      created_at: now(),
    };
    await this.deps.unitOfWork.run(
      systemActor('gateway', route.deploymentId),
      async tx => {
        // In the order in which a projection takes them.
        await lockProjection(tx.db);
        await lockActiveTenant(tx.db, route.tenantId);
        await tx
          .db('runtime_routes')
          .insert({ ...keyOf(route), ...row })
          .onConflict(Object.keys(keyOf(route)))
          .merge(row);
        await tx.feed({
          tenantId: route.tenantId,
          kind: 'route',
          op: 'put',
          key: feedKey(route),
          value: feedValue(route, await policiesOf(tx.db, route)),
        });
      },
    );
    return `Reachable at /gateway/${feedKey(route)}`;
  }

  async verify(route: RouteSpec): Promise<string> {
    const row = await this.deps.unitOfWork
      .knex('runtime_routes')
      .where(keyOf(route))
      .first();
    if (row?.deployment_id !== route.deploymentId) {
      throw new Error('Another deployment took this place meanwhile');
    }
    return `Version ${route.version} is active in ${route.environment}`;
  }

  async deactivate(route: RouteSpec): Promise<string> {
    await this.deps.unitOfWork.run(
      systemActor('gateway', route.deploymentId),
      async tx => {
        const { deploymentId: deployment_id } = route;
        const count = await tx
          .db('runtime_routes')
          .where({ ...keyOf(route), deployment_id })
          .del();
        // Another deployment has taken the place.
        if (count === 0) return;
        await tx.feed({
          tenantId: route.tenantId,
          kind: 'route',
          op: 'delete',
          key: feedKey(route),
        });
      },
    );
    return `No longer reachable at /gateway/${feedKey(route)}`;
  }
}

function keyOf(route: RouteSpec) {
  return {
    environment: route.environment,
    tenant_id: route.tenantId,
    api_id: route.apiId,
    version: route.version,
  };
}

/** The key under which the feed carries a route. */
export function feedKey(
  route: Omit<RouteSpec, 'backendUrl' | 'deploymentId' | 'policies'>,
): string {
  return `${route.environment}/${route.tenantId}/${route.apiId}/${route.version}`;
}

/** A route as gateways read it, with the steps that its references stand for. */
export function feedValue(route: RouteSpec, policies: readonly PolicyStep[]) {
  return {
    ...keyOf(route),
    backend_url: route.backendUrl,
    deployment_id: route.deploymentId,
    policies,
  };
}

async function policiesOf(db: Knex, route: RouteSpec): Promise<PolicyStep[]> {
  const tenant = await db('tenants')
    .where({ id: route.tenantId })
    .first('default_policies');
  return resolvePolicies({
    tenant: fromJson(tenant.default_policies),
    api: route.policies,
    named: await new ApiPolicyStore(db).byName(db),
  });
}

/** Of a change of policies that is projected at the same time, one sees the other. */
async function lockProjection(trx: Knex.Transaction): Promise<void> {
  if (isPostgres(trx)) await trx('git_projections').forShare().select('commit');
}
