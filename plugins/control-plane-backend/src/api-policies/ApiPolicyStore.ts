import {
  BUILT_IN_POLICIES,
  PolicyStep,
  readStep,
} from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { fromJson, iso } from '../database/values';

/** A policy that can be named. */
export interface NamedPolicy {
  readonly name: string;
  readonly description?: string;
  readonly step: PolicyStep;
  /** Of the manifest; a policy that comes with the platform has none. */
  readonly treeId?: string;
  readonly commit?: string;
  readonly updatedAt?: string;
}

/** Reads the policies that Git names, and those that come with the platform. */
export class ApiPolicyStore {
  constructor(readonly knex: Knex) {}

  async all(db: Knex = this.knex): Promise<NamedPolicy[]> {
    const found = new Map(builtIn().map(policy => [policy.name, policy]));
    for (const row of await db('api_policies')) {
      found.set(row.name, toPolicy(row));
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async get(
    name: string,
    db: Knex = this.knex,
  ): Promise<NamedPolicy | undefined> {
    const row = await db('api_policies').where({ name }).first();
    return row ? toPolicy(row) : builtIn().find(p => p.name === name);
  }

  /** What a name stands for, as of now. */
  async byName(
    db: Knex = this.knex,
  ): Promise<(name: string) => PolicyStep | undefined> {
    const all = await this.all(db);
    const steps = new Map(all.map(({ name, step }) => [name, step]));
    return name => steps.get(name);
  }
}

function builtIn(): NamedPolicy[] {
  return Object.entries(BUILT_IN_POLICIES).map(([name, policy]) => ({
    name,
    ...policy,
  }));
}

function toPolicy(row: any): NamedPolicy {
  return {
    name: row.name,
    description: row.description ?? undefined,
    step: readStep(
      { type: row.type, config: fromJson(row.config) },
      `policy ${row.name}`,
    ),
    treeId: row.tree_id,
    commit: row.commit,
    updatedAt: iso(row.updated_at),
  };
}
