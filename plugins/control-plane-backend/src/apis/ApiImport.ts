import { Schema, StoaError, notFound } from '@stoa/plugin-stoa-common';
import { DiallerService, Places } from '@stoa/plugin-stoa-node';
import { Actor } from '../database/UnitOfWork';
import {
  CompiledToolSet,
  compileDefinition,
  DefinitionProblem,
  ParsedDefinition,
  parseDefinition,
} from '../definitions';
import { TenantStore } from '../tenants/TenantStore';
import { ApiRecord, ApiStore } from './ApiStore';
import { ApiService, manifestOf } from './ApiService';
import {
  checkDefinition,
  checkManifest,
  frozen,
  invalid,
  tooManyApis,
} from './checks';
import { Draft, DraftNote, draftOf } from './draftOf';
import { fetchDefinition } from './fetchDefinition';

/** How many documents are fetched at once. */
const FETCHES = 16;
const FETCHES_PER_TENANT = 4;
const RETRY_SECONDS = 5;

/** What an import would make. */
export interface ImportPreview {
  /** Whether the import would make it now. */
  readonly ready: boolean;
  readonly exists: boolean;
  readonly problems: readonly DefinitionProblem[];
  readonly notes: readonly DraftNote[];
  /** What is made of a document that is right. */
  readonly made?: {
    readonly draft: Draft;
    readonly manifest?: string;
    readonly report: ParsedDefinition;
    readonly compiled: CompiledToolSet;
  };
}

/** Makes drafts of APIs from documents that say what they are. */
export class ApiImport {
  readonly #places = new Places();

  constructor(
    readonly deps: {
      readonly service: ApiService;
      readonly apis: ApiStore;
      readonly tenants: TenantStore;
      readonly dialler: DiallerService;
    },
  ) {}

  /** Stores nothing. Throws `stoa.validation` on `url` for what cannot be read from there. */
  async preview(
    tenantId: string,
    input: Schema<'ApiImport'>,
  ): Promise<ImportPreview> {
    const tenant = await this.deps.tenants.get(tenantId);
    if (!tenant) throw notFound('tenant');
    const bytes = await this.#document(tenantId, input);
    const report = await parseDefinition(bytes);
    if (!report.ok) {
      const { problems } = report;
      return { ready: false, exists: false, problems, notes: [] };
    }
    const { draft, notes } = draftOf(
      report,
      input,
      tenant.settings.supported_environments,
    );
    const { apis } = this.deps;
    const id = draft.api_id;
    const known = id && (await apis.get(tenantId, id));
    const wrong: DraftNote[] = [];
    let manifest: string | undefined;
    if (id !== undefined) {
      manifest = manifestOf(tenant, { ...draft, api_id: id });
      wrong.push(...faultsOf(() => checkManifest(manifest!, tenantId, id)));
      const standing = await apis.version(tenantId, id, draft.version);
      if (standing?.frozen && standing.definitionHash !== report.hash)
        wrong.push({
          field: 'version',
          message: frozen(draft.version).message,
        });
    }
    const { max_apis: max } = tenant.settings;
    if ((await apis.count(tenantId)) >= max)
      wrong.push({ field: 'tenant_id', message: tooManyApis(max).message });
    return {
      ready: Boolean(id) && !known && wrong.length === 0,
      exists: Boolean(known),
      problems: [],
      notes: [...wrong, ...notes],
      made: {
        draft,
        manifest,
        report,
        compiled: await compileDefinition(bytes, {}),
      },
    };
  }

  /** Makes the draft. Throws as `ApiService.create` does, and as `preview`. */
  async import(
    actor: Actor,
    tenantId: string,
    input: Schema<'ApiImport'>,
  ): Promise<ApiRecord> {
    const tenant = await this.deps.tenants.active(tenantId);
    const definition = await this.#document(tenantId, input);
    const { draft } = draftOf(
      await checkDefinition(definition),
      input,
      tenant.settings.supported_environments,
    );
    const { api_id } = draft;
    if (api_id === undefined)
      throw invalid('api_id', 'cannot be made from the title; give one');
    return this.deps.service.create(actor, tenantId, {
      ...draft,
      api_id,
      definition,
    });
  }

  async #document(
    tenantId: string,
    { definition, url }: Schema<'ApiImport'>,
  ): Promise<Buffer> {
    if ((definition === undefined) === (url === undefined))
      throw invalid('definition', 'must be given, or the address of it');
    if (url === undefined) return Buffer.from(definition!);
    // Each may take as much memory as a document may have.
    const leave = this.#places.take([
      ['all', FETCHES],
      [`tenant:${tenantId}`, FETCHES_PER_TENANT],
    ]);
    if (typeof leave === 'string')
      throw new StoaError(
        'stoa.rate_limited',
        'Too many documents are being fetched. Try again in a moment.',
        { details: { retry_after: RETRY_SECONDS } },
      );
    try {
      return await fetchDefinition(this.deps.dialler.forTenant(tenantId), url);
    } finally {
      leave();
    }
  }
}

/** What the check would refuse, by field. */
function faultsOf(check: () => void): DraftNote[] {
  try {
    check();
    return [];
  } catch (error) {
    if ((error as StoaError).code !== 'stoa.validation') throw error;
    return (error as StoaError).details as DraftNote[];
  }
}
