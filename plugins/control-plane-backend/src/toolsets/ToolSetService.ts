import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { GitOpsRepository } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { ApiRecord, ApiStore } from '../apis/ApiStore';
import { checkIfMatch, invalid } from '../apis/checks';
import { Actor } from '../database/UnitOfWork';
import { isPostgres } from '../database/values';
import { CompiledToolSet, ToolSelection } from '../definitions';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { ToolSetRecord } from '../mcp-servers/rows';
import { hasSubscribers, MAX_TOOLSETS } from '../projector/applyToolSet';
import { GitWriter } from '../projector/GitWriter';
import { ManifestError } from '../projector/manifests';
import { apiFolder, toolSetPath } from '../projector/paths';
import {
  editToolSet,
  parseToolSet,
  printToolSet,
} from '../projector/toolSetManifest';
import {
  DEFINITION_MAX_BYTES,
  TOOLSET_MAX_BYTES,
} from '../projector/TreeProjection';
import { countWrites } from '../projector/writes';
import { TenantStore } from '../tenants/TenantStore';

export interface ToolSetServiceOptions {
  readonly repository: GitOpsRepository;
  readonly writer: GitWriter;
  readonly servers: McpServerStore;
  readonly apis: ApiStore;
  readonly tenants: TenantStore;
  readonly compile: (
    definition: Buffer,
    selection: ToolSelection,
  ) => Promise<CompiledToolSet>;
}

/** Changes ToolSets, Git first, as `ApiService` does APIs. */
export class ToolSetService {
  readonly #options: ToolSetServiceOptions;

  constructor(options: ToolSetServiceOptions) {
    this.#options = options;
  }

  async get(tenantId: string, toolSetId: string): Promise<ToolSetRecord> {
    const found = await this.#options.servers.findToolSet(tenantId, toolSetId);
    if (!found) throw notFound('ToolSet');
    return found;
  }

  /** What the tools would be. Throws `stoa.not_found` for an API or version that there is not. */
  async preview(
    tenantId: string,
    input: Schema<'ToolSetPreview'>,
  ): Promise<CompiledToolSet> {
    const { repository, servers, compile } = this.#options;
    const { version } = await this.#source(tenantId, input);
    const source = await servers.sourceOf(tenantId, input.api_id, version);
    const definition = await repository.read(
      source!.commit,
      `${apiFolder(tenantId, input.api_id)}/openapi.yaml`,
      { maxBytes: DEFINITION_MAX_BYTES },
    );
    if (!definition) throw notFound('version');
    return compile(definition, {
      operations: input.operations,
      naming: input.naming,
      overrides: input.overrides,
    });
  }

  /** Throws `stoa.toolset.exists`, `stoa.tenant.quota_exceeded`, or `stoa.validation` for what the API does not have. */
  async create(
    actor: Actor,
    tenantId: string,
    input: Schema<'ToolSetCreate'>,
  ): Promise<ToolSetRecord> {
    const { servers, tenants } = this.#options;
    await tenants.active(tenantId);
    const id = input.toolset_id;
    if (await servers.find(tenantId, id)) throw exists(id);
    const { api } = await this.#source(tenantId, input);
    checkEnvironment(api, input.environment);
    const content = printToolSet(tenantId, id, {
      displayName: input.display_name,
      description: input.description,
      apiRef: { name: api.apiId, version: input.version },
      environment: input.environment,
      visibility: input.visibility ?? 'private',
      enabled: input.enabled ?? true,
      plans: input.plans ?? [],
      naming: input.naming ?? {},
      selector: input.operations ? { operationIds: input.operations } : {},
      tools: input.overrides ?? [],
    });
    await this.#write(actor, tenantId, id, {
      action: 'stoa.toolset.create',
      message: `Create tools ${id} of ${api.apiId}`,
      content,
      expect: null,
      guard: trx => this.#checkRoom(trx, tenantId, id),
    });
    return this.get(tenantId, id);
  }

  /** Changes what is given. `ifMatch` is the ETag that was read: missing is 428, stale 412. */
  async update(
    actor: Actor,
    tenantId: string,
    toolSetId: string,
    ifMatch: string | undefined,
    input: Schema<'ToolSetUpdate'>,
  ): Promise<ToolSetRecord> {
    const { repository, tenants } = this.#options;
    await tenants.active(tenantId);
    const known = await this.get(tenantId, toolSetId);
    checkIfMatch(known, ifMatch);
    if (input.version || input.environment) {
      const version = input.version ?? undefined;
      const source = { api_id: known.apiId, version };
      const { api } = await this.#source(tenantId, source);
      checkEnvironment(api, input.environment);
    }
    const path = toolSetPath(tenantId, toolSetId);
    const text = await repository.read(known.commit, path);
    if (!text) throw notFound('ToolSet');
    await this.#write(actor, tenantId, toolSetId, {
      action: 'stoa.toolset.update',
      message: `Update tools ${toolSetId}`,
      content: editToolSet(text.toString('utf8'), [
        [['displayName'], input.display_name],
        [['description'], input.description],
        [['apiRef', 'version'], input.version],
        [['environment'], input.environment],
        [['visibility'], input.visibility],
        [['enabled'], input.enabled],
        [['plans'], input.plans],
        [['naming'], input.naming],
        [['selector', 'operationIds'], input.operations],
        [['tools'], input.overrides],
      ]),
      expect: known.treeId,
    });
    return this.get(tenantId, toolSetId);
  }

  /** Throws `stoa.toolset.in_use` while somebody is subscribed. */
  async remove(
    actor: Actor,
    tenantId: string,
    toolSetId: string,
    ifMatch: string | undefined,
  ): Promise<void> {
    const known = await this.get(tenantId, toolSetId);
    checkIfMatch(known, ifMatch);
    if (await hasSubscribers(this.#options.servers.knex, known.id)) {
      throw new StoaError(
        'stoa.toolset.in_use',
        'The ToolSet has subscriptions. Revoke them first.',
      );
    }
    await this.#write(actor, tenantId, toolSetId, {
      action: 'stoa.toolset.delete',
      message: `Delete tools ${toolSetId}`,
      content: undefined,
      expect: known.treeId,
    });
  }

  /** The API, and the version of it, that tools are to be made from. */
  async #source(
    tenantId: string,
    { api_id: apiId, version }: { api_id: string; version?: string },
  ): Promise<{ api: ApiRecord; version: string }> {
    const { apis } = this.#options;
    const api = await apis.get(tenantId, apiId);
    if (!api) throw invalid('api_id', 'is not an API of the tenant');
    if (version && !(await apis.version(tenantId, apiId, version)))
      throw invalid('version', 'is not a version of the API');
    return { api, version: version ?? api.version };
  }

  async #write(
    actor: Actor,
    tenantId: string,
    id: string,
    change: {
      action: string;
      message: string;
      content: string | undefined;
      expect: string | null;
      guard?: (trx: Knex.Transaction) => Promise<void>;
    },
  ): Promise<void> {
    const path = toolSetPath(tenantId, id);
    const { content } = change;
    if (content !== undefined) checkContent(content, tenantId, id);
    try {
      await this.#options.writer.write(actor, {
        action: change.action,
        resource: `toolset:${tenantId}/${id}`,
        message: change.message,
        changes: [{ path, content }],
        expect: { [path]: change.expect },
        guard: change.guard,
      });
    } catch (error) {
      const taken =
        change.expect === null &&
        (error as StoaError).code === 'stoa.precondition_failed';
      throw taken ? exists(id) : error;
    }
  }

  /** Under the lock of the tenant's row, so that creations at the same time see each other. */
  async #checkRoom(
    trx: Knex.Transaction,
    tenantId: string,
    id: string,
  ): Promise<void> {
    const { servers } = this.#options;
    const row = trx('tenants').where({ id: tenantId }).first('id');
    await (isPostgres(trx) ? row.forUpdate() : row);
    if (await servers.find(tenantId, id, trx)) throw exists(id);
    const taken =
      (await servers.count(tenantId, trx)) +
      (await countWrites(
        trx,
        'stoa.toolset.create',
        `toolset:${tenantId}/`,
        `toolset:${tenantId}/${id}`,
      ));
    if (taken < MAX_TOOLSETS) return;
    throw new StoaError(
      'stoa.tenant.quota_exceeded',
      `The tenant may have ${MAX_TOOLSETS} ToolSets. Delete one first.`,
    );
  }
}

function checkEnvironment(
  api: ApiRecord,
  environment: string | undefined,
): void {
  const names = api.environments.map(e => e.name as string);
  if (environment && !names.includes(environment))
    throw invalid('environment', 'is not an environment of the API');
}

/** Fields of the contract by their path in the manifest, where the names differ. */
const FIELDS: Readonly<Record<string, string>> = {
  'metadata.name': 'toolset_id',
  'spec.displayName': 'display_name',
  'spec.apiRef.version': 'version',
  'spec.selector.operationIds': 'operations',
  'spec.tools': 'overrides',
};

/** Throws `stoa.validation` for what the projector would set aside: such a commit would change nothing and occupy the id. */
function checkContent(text: string, tenantId: string, id: string): void {
  if (Buffer.byteLength(text) > TOOLSET_MAX_BYTES) {
    throw new StoaError(
      'stoa.too_large',
      'The ToolSet is larger than a manifest may be. Choose fewer operations, or write shorter descriptions.',
    );
  }
  try {
    parseToolSet(text, tenantId, id);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const [path, message] = error.message.split(/: (.*)/s);
    throw message
      ? invalid(FIELDS[path] ?? path.replace(/^spec\./, ''), message)
      : invalid('body', error.message);
  }
}

function exists(id: string): StoaError {
  return new StoaError(
    'stoa.toolset.exists',
    `The tenant has a ToolSet "${id}" already.`,
  );
}
