import { Schema, notFound } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { Actor } from '../database/UnitOfWork';
import { fromJson, isPostgres } from '../database/values';
import { printApi } from '../projector/manifests';
import { apiFolder } from '../projector/paths';
import { countWrites } from '../projector/writes';
import { TenantStore } from '../tenants/TenantStore';
import { ApiCommits } from './ApiCommits';
import { ApiRecord, ApiStore, lockVersion } from './ApiStore';
import {
  checkDefinition,
  checkEnvironments,
  checkIfMatch,
  exists,
  frozen,
  tooManyApis,
} from './checks';

/** With its document, as text or as the bytes that came. */
export type NewApi = Omit<Schema<'ApiCreate'>, 'definition'> & {
  readonly definition: string | Buffer;
};

/** The manifest of a draft. Throws `stoa.validation` for environments that the tenant does not have. */
export function manifestOf(
  tenant: Schema<'Tenant'>,
  input: Omit<NewApi, 'definition'>,
): string {
  return printApi(tenant.id, input.api_id, {
    displayName: input.display_name,
    version: input.version,
    description: input.description,
    status: 'draft',
    visibility: input.visibility,
    category: input.category,
    tags: input.tags ?? [],
    policies: input.policies ?? [],
    plans: input.plans ?? [],
    environments: checkEnvironments(input.environments, tenant),
  });
}

export interface ApiServiceOptions {
  readonly commits: ApiCommits;
  readonly apis: ApiStore;
  readonly tenants: TenantStore;
}

/**
 * Makes and changes APIs, Git first: each change is a commit whose author is the caller,
 * and is answered once the commit is projected. A write that fails changes
 * nothing.
 */
export class ApiService {
  readonly #options: ApiServiceOptions;

  constructor(options: ApiServiceOptions) {
    this.#options = options;
  }

  async get(tenantId: string, apiId: string): Promise<ApiRecord> {
    const api = await this.#options.apis.get(tenantId, apiId);
    if (!api) throw notFound('API');
    return api;
  }

  /** Throws `stoa.definition.invalid` with line and column, `stoa.api.exists`, or `stoa.tenant.quota_exceeded`. */
  async create(
    actor: Actor,
    tenantId: string,
    input: NewApi,
  ): Promise<ApiRecord> {
    const tenant = await this.#options.tenants.active(tenantId);
    if (await this.#options.apis.get(tenantId, input.api_id))
      throw exists(input.api_id);
    const { hash } = await checkDefinition(input.definition);
    const folder = apiFolder(tenantId, input.api_id);
    await this.#options.commits.write(actor, tenantId, input.api_id, {
      action: 'stoa.api.create',
      message: `Create ${input.api_id} ${input.version}`,
      changes: [
        {
          path: `${folder}/api.yaml`,
          content: manifestOf(tenant, input),
        },
        { path: `${folder}/openapi.yaml`, content: input.definition },
      ],
      expect: null,
      guard: async trx => {
        // Of one that was deleted, versions stay what they were.
        await checkNotFrozen(trx, tenantId, input.api_id, {
          version: input.version,
          hash,
        });
        await this.#checkRoom(trx, tenantId, input.api_id);
      },
    });
    return this.get(tenantId, input.api_id);
  }

  /** Changes what is given. `ifMatch` is the ETag that was read: missing is 428, stale 412. */
  async update(
    actor: Actor,
    tenantId: string,
    apiId: string,
    ifMatch: string | undefined,
    input: Schema<'ApiUpdate'>,
  ): Promise<ApiRecord> {
    const tenant = await this.#options.tenants.active(tenantId);
    const api = await this.get(tenantId, apiId);
    checkIfMatch(api, ifMatch);
    const hash =
      input.definition === undefined
        ? api.definitionHash
        : (await checkDefinition(input.definition)).hash;
    return this.#options.commits.edit(actor, api, {
      action: 'stoa.api.update',
      message: `Update ${apiId} ${input.version ?? api.version}`,
      spec: {
        displayName: input.display_name,
        version: input.version,
        description: input.description,
        visibility: input.visibility,
        category: input.category,
        tags: input.tags,
        plans: input.plans,
        policies: input.policies,
        environments:
          input.environments && checkEnvironments(input.environments, tenant),
      },
      definition: input.definition,
      // Going back to a version that is frozen changes it, too.
      guard: trx =>
        checkNotFrozen(trx, tenantId, apiId, {
          version: input.version ?? api.version,
          hash,
        }),
    });
  }

  /** Under the lock of the tenant's row, so that creations at the same time see each other. */
  async #checkRoom(
    trx: Knex.Transaction,
    tenantId: string,
    apiId: string,
  ): Promise<void> {
    const { apis } = this.#options;
    const row = trx('tenants').where({ id: tenantId }).first();
    const tenant = await (isPostgres(trx) ? row.forUpdate() : row);
    const { max_apis: max } = fromJson<Schema<'Tenant'>['settings']>(
      tenant.settings,
    );
    // Before the quota: one that came first may have taken the last place with it.
    if (await apis.get(tenantId, apiId, trx)) throw exists(apiId);
    const taken =
      (await apis.count(tenantId, trx)) +
      (await countWrites(
        trx,
        'stoa.api.create',
        `api:${tenantId}/`,
        `api:${tenantId}/${apiId}`,
      ));
    if (taken < max) return;
    throw tooManyApis(max);
  }
}

/** Nobody freezes the version meanwhile: a deployment beyond dev waits, and sees that the API is being written. */
async function checkNotFrozen(
  trx: Knex.Transaction,
  tenantId: string,
  apiId: string,
  { version, hash }: { readonly version: string; readonly hash: string },
): Promise<void> {
  const found = await lockVersion(trx, tenantId, apiId, version);
  if (found?.frozen && found.definitionHash !== hash) throw frozen(version);
}
