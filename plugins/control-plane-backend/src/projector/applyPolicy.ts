import { StoaError } from '@stoa/plugin-stoa-common';
import {
  BUILT_IN_POLICIES,
  namesIn,
  PolicyReference,
  PolicyStep,
  resolvePolicies,
} from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { ApiPolicyStore } from '../api-policies/ApiPolicyStore';
import { routeItems } from '../api-policies/routeItems';
import { Tx } from '../database/UnitOfWork';
import { fromJson, now } from '../database/values';
import { policyPath } from './paths';
import { PolicyManifest } from './policyManifest';
import { quarantine, release } from './quarantine';

/** Whose rows policies of the whole platform are written under. */
const PLATFORM = 'platform';

export interface PolicyContent {
  readonly name: string;
  readonly manifest: PolicyManifest;
  readonly commit: string;
  readonly treeId: string;
}

/** Brings a named policy, and the routes that it applies to, to what its manifest says. */
export async function applyPolicy(
  tx: Tx,
  { name, manifest, commit, treeId }: PolicyContent,
): Promise<void> {
  const path = policyPath(name);
  const conflict = await conflictWith(tx.db, name, manifest.step);
  if (conflict) {
    await quarantine(tx, PLATFORM, path, commit, conflict);
    return;
  }
  await release(tx, PLATFORM, path);
  const row = {
    description: manifest.description ?? null,
    type: manifest.step.type,
    config: JSON.stringify(manifest.step.config),
    commit,
    tree_id: treeId,
    updated_at: now(),
  };
  await tx
    .db('api_policies')
    .insert({ name, ...row, created_at: now() })
    .onConflict('name')
    .merge(row);
  await told(tx, { name, commit, action: 'stoa.api-policy.update' });
}

/** The manifest is gone. A policy that is named somewhere stays, unless the platform has one of its own to fall back on. */
export async function applyPolicyRemoval(
  tx: Tx,
  name: string,
  commit: string,
): Promise<void> {
  const path = policyPath(name);
  const known = await tx.db('api_policies').where({ name }).first('name');
  const builtIn = Object.hasOwn(BUILT_IN_POLICIES, name)
    ? BUILT_IN_POLICIES[name].step
    : undefined;
  const conflict = known && (await conflictWith(tx.db, name, builtIn));
  if (conflict) {
    await quarantine(tx, PLATFORM, path, commit, conflict);
    return;
  }
  await release(tx, PLATFORM, path);
  if (!known) return;
  await tx.db('api_policies').where({ name }).del();
  await told(tx, { name, commit, action: 'stoa.api-policy.delete' });
}

/**
 * Why the policy cannot be `step` (or, `undefined`, go away): something that names it
 * would contradict itself, or name nothing.
 */
export async function conflictWith(
  db: Knex,
  name: string,
  step: PolicyStep | undefined,
): Promise<string | undefined> {
  const before = await new ApiPolicyStore(db).byName(db);
  const named = (asked: string) => (asked === name ? step : before(asked));
  for (const user of await usersOf(db, name)) {
    try {
      resolvePolicies({ ...user, named });
    } catch (error) {
      if (!(error instanceof StoaError)) throw error;
      return `${user.what} names it: ${error.message}`;
    }
  }
  return undefined;
}

/** Tenants, APIs and deployed versions that name the policy. */
async function usersOf(db: Knex, name: string) {
  const tenants = (await db('tenants').select('id', 'default_policies')).map(
    row => ({ id: row.id, list: readList(row.default_policies) }),
  );
  const defaults = new Map(tenants.map(({ id, list }) => [id, list]));
  const apis = await db('apis')
    .whereNull('deleted_at')
    .select('tenant_id', 'api_id', 'policies');
  const routes = await db('runtime_routes').select(
    'tenant_id',
    'api_id',
    'version',
    'policies',
  );
  return [
    ...tenants.map(({ id, list }) => ({
      what: `tenant ${id}`,
      tenant: list,
      api: [] as PolicyReference[],
    })),
    ...[...apis, ...routes].map(row => ({
      what: `${row.tenant_id}/${row.api_id}${
        row.version ? ` ${row.version}` : ''
      }`,
      tenant: defaults.get(row.tenant_id) ?? [],
      api: readList(row.policies),
    })),
  ].filter(({ tenant, api }) => namesIn([...tenant, ...api]).includes(name));
}

async function told(
  tx: Tx,
  policy: { readonly name: string; readonly commit: string; action: string },
): Promise<void> {
  const { name, commit, action } = policy;
  await tx.audit({
    tenantId: PLATFORM,
    action,
    resource: `policy:${name}`,
    outcome: 'success',
    details: { commit },
  });
  // What names it may do so as the default of a tenant or by itself: few lists do, and all are short.
  await tx.feed(
    ...(await routeItems(tx.db, query =>
      query.where(mention =>
        mention
          .where('r.policies', 'like', `%"${name}"%`)
          .orWhere('t.default_policies', 'like', `%"${name}"%`),
      ),
    )),
  );
}

function readList(json: string): PolicyReference[] {
  return fromJson(json);
}
