import { StoaError } from '@stoa/plugin-stoa-common';
import { PolicyReference, readPolicies } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { ApiPolicyStore } from './ApiPolicyStore';

/** Throws `stoa.validation` naming the entry below `field` for a list of policies that cannot hold. */
export async function checkPolicies(
  db: Knex,
  field: string,
  policies: readonly PolicyReference[] = [],
): Promise<void> {
  if (policies.length === 0) return;
  const named = await new ApiPolicyStore(db).byName(db);
  readPolicies(policies, { field, named });
}

/** The same in words, for what comes from Git; nothing when the list can hold. */
export async function problemOf(
  db: Knex,
  field: string,
  policies: readonly PolicyReference[],
): Promise<string | undefined> {
  try {
    await checkPolicies(db, field, policies);
    return undefined;
  } catch (error) {
    if (error instanceof StoaError) return error.message;
    throw error;
  }
}
