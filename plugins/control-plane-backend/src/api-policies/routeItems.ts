import { resolvePolicies } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { toRoute } from '../apis/ApiStore';
import { FeedInput } from '../database/UnitOfWork';
import { fromJson } from '../database/values';
import { feedKey, feedValue } from '../deployments/EmbeddedGateway';
import { ApiPolicyStore } from './ApiPolicyStore';

/**
 * Routes as gateways are told of them: each with the steps that hold now, of its
 * tenant and of the version that was deployed. `narrow` picks among the routes `r`
 * of tenants `t`; without it, those of all active tenants.
 */
export async function routeItems(
  db: Knex,
  narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder = query => query,
): Promise<FeedInput[]> {
  const named = await new ApiPolicyStore(db).byName(db);
  const rows = await narrow(
    db('runtime_routes as r')
      .join('tenants as t', 't.id', 'r.tenant_id')
      .where('t.status', 'active')
      .select('r.*', 't.default_policies'),
  );
  return rows.map((row: any) => {
    const route = toRoute(row);
    const policies = resolvePolicies({
      tenant: fromJson(row.default_policies),
      api: route.policies,
      named,
    });
    return {
      tenantId: route.tenantId,
      kind: 'route',
      op: 'put',
      key: feedKey(route),
      value: feedValue(route, policies),
    };
  });
}
