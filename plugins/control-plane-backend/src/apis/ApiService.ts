import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { GitOpsRepository } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { Actor } from '../database/UnitOfWork';
import { fromJson, isPostgres } from '../database/values';
import { GitWriter } from '../projector/GitWriter';
import { ApiManifest, editApi, printApi } from '../projector/manifests';
import { apiFolder } from '../projector/paths';
import { DEFINITION_MAX_BYTES } from '../projector/TreeProjection';
import { countWrites } from '../projector/writes';
import { TenantStore } from '../tenants/TenantStore';
import { ApiRecord, ApiStore } from './ApiStore';
import {
  checkDefinition,
  checkEnvironments,
  checkIfMatch,
  checkManifest,
  exists,
} from './checks';
import { isInUse } from '../projector/applyApi';

type Spec = ApiManifest['spec'];

export interface ApiServiceOptions {
  readonly repository: GitOpsRepository;
  readonly writer: GitWriter;
  readonly apis: ApiStore;
  readonly tenants: TenantStore;
}

/**
 * Changes APIs, Git first: each change is a commit whose author is the caller,
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
    input: Schema<'ApiCreate'>,
  ): Promise<ApiRecord> {
    const tenant = await this.#options.tenants.active(tenantId);
    if (await this.#options.apis.get(tenantId, input.api_id))
      throw exists(input.api_id);
    await checkDefinition(input.definition);
    const folder = apiFolder(tenantId, input.api_id);
    await this.#write(actor, tenantId, input.api_id, {
      action: 'stoa.api.create',
      message: `Create ${input.api_id} ${input.version}`,
      changes: [
        {
          path: `${folder}/api.yaml`,
          content: printApi(tenantId, input.api_id, {
            displayName: input.display_name,
            version: input.version,
            description: input.description,
            status: 'draft',
            visibility: input.visibility,
            category: input.category,
            tags: input.tags ?? [],
            policies: [],
            plans: input.plans ?? [],
            environments: checkEnvironments(input.environments, tenant),
          }),
        },
        { path: `${folder}/openapi.yaml`, content: input.definition },
      ],
      expect: null,
      guard: trx => this.#checkQuota(trx, tenantId),
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
    // Going back to a version that is frozen changes it, too.
    await this.#checkNotFrozen(
      tenantId,
      apiId,
      input.version ?? api.version,
      hash,
    );
    return this.#edit(actor, api, {
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
        environments:
          input.environments && checkEnvironments(input.environments, tenant),
      },
      definition: input.definition,
    });
  }

  /** Draft or published to published; throws `stoa.api.illegal_transition` from elsewhere. */
  async publish(
    actor: Actor,
    tenantId: string,
    apiId: string,
  ): Promise<ApiRecord> {
    await this.#options.tenants.active(tenantId);
    const api = await this.get(tenantId, apiId);
    if (api.status === 'published') return api;
    if (api.status !== 'draft') {
      throw new StoaError(
        'stoa.api.illegal_transition',
        `The API is ${api.status}; only a draft can be published.`,
      );
    }
    try {
      return await this.#edit(actor, api, {
        action: 'stoa.api.publish',
        message: `Publish ${apiId} ${api.version}`,
        spec: { status: 'published' },
      });
    } catch (error) {
      // Somebody was faster. Nothing was asked to be unchanged, so look again.
      const moved = (error as StoaError).code === 'stoa.precondition_failed';
      if (!moved) throw error;
      return this.publish(actor, tenantId, apiId);
    }
  }

  /** Throws `stoa.api.in_use` while somebody is subscribed or can call it, and while tools are made from it. */
  async remove(
    actor: Actor,
    tenantId: string,
    apiId: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const api = await this.get(tenantId, apiId);
    checkIfMatch(api, ifMatch);
    if (await isInUse(this.#options.apis.knex, tenantId, apiId)) {
      throw new StoaError(
        'stoa.api.in_use',
        'The API has subscriptions, deployments or ToolSets. Revoke, undeploy and delete them first.',
      );
    }
    const folder = apiFolder(tenantId, apiId);
    const files = await this.#options.repository.list(api.commit, folder);
    await this.#write(actor, tenantId, apiId, {
      action: 'stoa.api.delete',
      message: `Delete ${apiId}`,
      changes: files.map(file => ({ path: file.path })),
      expect: api.treeId,
    });
  }

  /** The document of a version as it was given, from the commit that brought it. */
  async definition(
    tenantId: string,
    apiId: string,
    version: string,
  ): Promise<{ bytes: Buffer; hash: string }> {
    const found = await this.#options.apis.version(tenantId, apiId, version);
    const bytes =
      found &&
      (await this.#options.repository.read(
        found.commit,
        `${apiFolder(tenantId, apiId)}/openapi.yaml`,
        {
          maxBytes: DEFINITION_MAX_BYTES,
        },
      ));
    if (!found || !bytes) throw notFound('version');
    return { bytes, hash: found.definitionHash };
  }

  async history(
    tenantId: string,
    apiId: string,
    limit: number,
  ): Promise<Schema<'Commit'>[]> {
    await this.get(tenantId, apiId);
    const commits = await this.#options.repository.log({
      path: apiFolder(tenantId, apiId),
      limit,
    });
    return commits.map(c => ({
      commit: c.commit,
      author: c.author.name,
      date: c.date,
      message: c.message.split('\n')[0],
      ...(c.trailers['Correlation-Id'] && {
        correlation_id: c.trailers['Correlation-Id'],
      }),
    }));
  }

  /** Commits a change of the manifest and, where given, of the document, on top of what was read. */
  async #edit(
    actor: Actor,
    api: ApiRecord,
    change: {
      action: string;
      message: string;
      spec: Partial<Spec>;
      definition?: string;
    },
  ): Promise<ApiRecord> {
    const { tenantId, apiId } = api;
    const folder = apiFolder(tenantId, apiId);
    const manifest = await this.#options.repository.read(
      api.commit,
      `${folder}/api.yaml`,
    );
    if (!manifest) throw notFound('API');
    await this.#write(actor, tenantId, apiId, {
      action: change.action,
      message: change.message,
      changes: [
        {
          path: `${folder}/api.yaml`,
          content: editApi(manifest.toString('utf8'), change.spec),
        },
        ...(change.definition === undefined
          ? []
          : [{ path: `${folder}/openapi.yaml`, content: change.definition }]),
      ],
      expect: api.treeId,
    });
    return this.get(tenantId, apiId);
  }

  async #write(
    actor: Actor,
    tenantId: string,
    apiId: string,
    change: {
      action: string;
      message: string;
      changes: readonly { path: string; content?: string }[];
      expect: string | null;
      guard?: (trx: Knex.Transaction) => Promise<void>;
    },
  ): Promise<void> {
    for (const { path, content } of change.changes) {
      if (content !== undefined && path.endsWith('/api.yaml'))
        checkManifest(content, tenantId, apiId);
    }
    try {
      await this.#options.writer.write(actor, {
        action: change.action,
        resource: `api:${tenantId}/${apiId}`,
        message: change.message,
        changes: change.changes,
        expect: { [apiFolder(tenantId, apiId)]: change.expect },
        guard: change.guard,
      });
    } catch (error) {
      const taken =
        change.expect === null &&
        (error as StoaError).code === 'stoa.precondition_failed';
      throw taken ? exists(apiId) : error;
    }
  }

  /** Under the lock of the tenant's row, so that creations at the same time see each other. */
  async #checkQuota(trx: Knex.Transaction, tenantId: string): Promise<void> {
    const row = trx('tenants').where({ id: tenantId }).first();
    const tenant = await (isPostgres(trx) ? row.forUpdate() : row);
    const { max_apis: max } = fromJson<Schema<'Tenant'>['settings']>(
      tenant.settings,
    );
    const taken =
      (await this.#options.apis.count(tenantId, trx)) +
      (await countWrites(trx, 'stoa.api.create', `api:${tenantId}/`));
    if (taken < max) return;
    throw new StoaError(
      'stoa.tenant.quota_exceeded',
      `The tenant may have ${max} APIs. Delete one, or ask the platform's operator for more.`,
    );
  }

  async #checkNotFrozen(
    tenantId: string,
    apiId: string,
    version: string,
    hash: string,
  ): Promise<void> {
    const found = await this.#options.apis.version(tenantId, apiId, version);
    if (found?.frozen && found.definitionHash !== hash) {
      throw new StoaError(
        'stoa.api.version_frozen',
        `Version ${version} was deployed beyond dev and cannot change. Give the new document a new version.`,
      );
    }
  }
}
