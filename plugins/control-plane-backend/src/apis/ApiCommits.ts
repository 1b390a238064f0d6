import { StoaError, notFound } from '@stoa/plugin-stoa-common';
import { FileChange, GitOpsRepository } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { Actor } from '../database/UnitOfWork';
import { GitWriter } from '../projector/GitWriter';
import { ApiManifest, editApi } from '../projector/manifests';
import { apiFolder } from '../projector/paths';
import { checkPolicies } from '../api-policies/check';
import { ApiRecord, ApiStore } from './ApiStore';
import { checkManifest, exists } from './checks';

/** What is to be committed in the folder of an API. */
export interface ApiCommit {
  /** Of the policy. */
  readonly action: string;
  /** First line of the commit. */
  readonly message: string;
  readonly changes: readonly FileChange[];
  /** Git's id that the folder must still have; `null`: it must not exist. */
  readonly expect: string | null;
  /** Runs in a transaction before the commit and may refuse by throwing. */
  readonly guard?: (trx: Knex.Transaction) => Promise<void>;
}

/** Commits changes of APIs on top of what was read, and answers once they are projected. */
export class ApiCommits {
  constructor(
    readonly deps: {
      readonly repository: GitOpsRepository;
      readonly writer: GitWriter;
      readonly apis: ApiStore;
    },
  ) {}

  /** Throws `stoa.validation` for a manifest that would be set aside, `stoa.api.exists`, `stoa.precondition_failed`. */
  async write(
    actor: Actor,
    tenantId: string,
    apiId: string,
    commit: ApiCommit,
  ): Promise<void> {
    for (const { path, content } of commit.changes) {
      if (content !== undefined && path.endsWith('/api.yaml')) {
        const { spec } = checkManifest(content.toString(), tenantId, apiId);
        await checkPolicies(this.deps.apis.knex, 'policies', spec.policies);
      }
    }
    try {
      await this.deps.writer.write(actor, {
        action: commit.action,
        resource: `api:${tenantId}/${apiId}`,
        message: commit.message,
        changes: commit.changes,
        expect: { [apiFolder(tenantId, apiId)]: commit.expect },
        guard: commit.guard,
      });
    } catch (error) {
      const { code, details } = error as StoaError;
      const taken =
        commit.expect === null &&
        code === 'stoa.precondition_failed' &&
        details === undefined;
      throw taken ? exists(apiId) : error;
    }
  }

  /** Changes parts of the manifest and, where given, the document; the rest stays as it stands. */
  async edit(
    actor: Actor,
    api: ApiRecord,
    change: {
      readonly action: string;
      readonly message: string;
      readonly spec: Partial<ApiManifest['spec']>;
      readonly definition?: string;
      readonly guard?: ApiCommit['guard'];
    },
  ): Promise<ApiRecord> {
    const { tenantId, apiId } = api;
    const folder = apiFolder(tenantId, apiId);
    const manifest = await this.deps.repository.read(
      api.commit,
      `${folder}/api.yaml`,
    );
    if (!manifest) throw notFound('API');
    await this.write(actor, tenantId, apiId, {
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
      guard: change.guard,
    });
    const edited = await this.deps.apis.get(tenantId, apiId);
    if (!edited) throw notFound('API');
    return edited;
  }
}
