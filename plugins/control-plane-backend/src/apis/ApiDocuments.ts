import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { GitOpsRepository } from '@stoa/plugin-stoa-node';
import { compareDefinitions, DefinitionDiff } from '../definitions';
import { apiFolder } from '../projector/paths';
import { DEFINITION_MAX_BYTES } from '../projector/TreeProjection';
import { ApiStore } from './ApiStore';
import { checkDefinition, invalid } from './checks';

/** A document as it stood at a version or commit. */
interface Standing {
  readonly version?: string;
  readonly commit: string;
  readonly hash: string;
  readonly bytes: Buffer;
}

export interface ApiComparison {
  readonly from: Standing;
  readonly to: Standing;
  readonly diff: DefinitionDiff;
}

/** What Git keeps of an API: its documents and who changed it when. */
export class ApiDocuments {
  constructor(
    readonly deps: {
      readonly repository: GitOpsRepository;
      readonly apis: ApiStore;
    },
  ) {}

  /** The document of a version as it was given, from the commit that brought it. */
  async definition(
    tenantId: string,
    apiId: string,
    version: string,
  ): Promise<{ bytes: Buffer; hash: string }> {
    const found = await this.deps.apis.version(tenantId, apiId, version);
    const bytes = found && (await this.#read(found.commit, tenantId, apiId));
    if (!found || !bytes) throw notFound('version');
    return { bytes, hash: found.definitionHash };
  }

  /**
   * What changed between two versions or commits. Throws `stoa.validation` for what is
   * neither, `stoa.definition.invalid` for a commit whose document is not valid.
   */
  async compare(
    tenantId: string,
    apiId: string,
    asked: { readonly from: string; readonly to?: string },
  ): Promise<ApiComparison> {
    const api = await this.deps.apis.get(tenantId, apiId);
    if (!api) throw notFound('API');
    const from = await this.#standing(tenantId, apiId, 'from', asked.from);
    const to = await this.#standing(
      tenantId,
      apiId,
      'to',
      asked.to ?? api.version,
    );
    return { from, to, diff: await compareDefinitions(from.bytes, to.bytes) };
  }

  async #standing(
    tenantId: string,
    apiId: string,
    field: string,
    asked: string,
  ): Promise<Standing> {
    if (!asked.includes('.')) {
      const bytes = await this.#read(asked, tenantId, apiId);
      if (!bytes) throw invalid(field, 'is not a commit that holds the API');
      // What was pushed may have been set aside.
      const { hash } = await checkDefinition(bytes);
      return { commit: asked, hash, bytes };
    }
    const found = await this.deps.apis.version(tenantId, apiId, asked);
    const bytes = found && (await this.#read(found.commit, tenantId, apiId));
    if (!bytes) throw invalid(field, 'is not a version of the API');
    const { commit, definitionHash: hash } = found;
    return { version: asked, commit, hash, bytes };
  }

  /** The document at a commit; `undefined` where there is no such commit, or none in it. */
  async #read(
    commit: string,
    tenantId: string,
    apiId: string,
  ): Promise<Buffer | undefined> {
    return this.deps.repository
      .read(commit, `${apiFolder(tenantId, apiId)}/openapi.yaml`, {
        maxBytes: DEFINITION_MAX_BYTES,
      })
      .catch((error: StoaError) => {
        if (error.code !== 'stoa.not_found') throw error;
        return undefined;
      });
  }

  /** Commits that touched the API, newest first. */
  async history(
    tenantId: string,
    apiId: string,
    limit: number,
  ): Promise<Schema<'Commit'>[]> {
    const { apis, repository } = this.deps;
    if (!(await apis.get(tenantId, apiId))) throw notFound('API');
    const commits = await repository.log({
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
}
