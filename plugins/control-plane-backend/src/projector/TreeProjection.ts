import { CommitInfo, GitOpsRepository } from '@stoa/plugin-stoa-node';
import { createHash } from 'node:crypto';
import {
  CompiledToolSet,
  parseDefinition,
  ToolSelection,
} from '../definitions';
import { McpServerStore } from '../mcp-servers/McpServerStore';
import { applyApi, applyApiRemoval } from './applyApi';
import { applyPolicy, applyPolicyRemoval } from './applyPolicy';
import { applyTenant, applyTenantRemoval } from './applyTenant';
import { applyToolSet, applyToolSetRemoval } from './applyToolSet';
import { ManifestError, parseApi } from './manifests';
import {
  apiFolder,
  pathOf,
  policyPath,
  Target,
  targetsOf,
  tenantPath,
} from './paths';
import { parsePolicy } from './policyManifest';
import { Apply, CommitProjection } from './Projector';
import { quarantine } from './quarantine';
import { parseTenant } from './tenantManifest';
import { parseToolSet, ToolSetManifest } from './toolSetManifest';

/** The largest definition that is taken from Git, in bytes. */
export const DEFINITION_MAX_BYTES = 30 * 1024 * 1024;
const MANIFEST_MAX_BYTES = 256 * 1024;
/** A ToolSet may choose among thousands of operations. */
export const TOOLSET_MAX_BYTES = 1024 * 1024;

/**
 * Policies before what names them. Removals of tools before APIs, so that an API may go
 * together with the tools made from it; of policies after what named them.
 */
const RANK = {
  policy: 0,
  tenant: 1,
  removal: 2,
  api: 3,
  toolset: 4,
  policyRemoval: 5,
};

interface Step {
  readonly rank: number;
  readonly apply: Apply;
}

/** Reads policies, tenants, APIs and ToolSets out of a commit. What cannot be used is set aside; its last good content stays. */
export class TreeProjection implements CommitProjection {
  constructor(
    readonly deps: {
      readonly repository: GitOpsRepository;
      readonly servers: McpServerStore;
      readonly compile: (
        definition: Buffer,
        selection: ToolSelection,
      ) => Promise<CompiledToolSet>;
      /** Where the platform is reached, without a slash at the end. */
      readonly baseUrl: string;
    },
  ) {}

  async prepare(
    paths: readonly string[],
    commit: CommitInfo,
  ): Promise<Apply[]> {
    const targets = targetsOf(paths);
    const steps: Step[] = [];
    for (const target of targets) {
      steps.push(await this.#step(target, commit, commit.commit));
    }
    const touched = new Set(targets.map(pathOf));
    const apis = targets.filter(target => target.kind === 'api');
    for (const server of await this.deps.servers.madeFrom(apis)) {
      const target = {
        kind: 'toolset',
        tenantId: server.tenantId,
        toolSetId: server.slug,
      } as const;
      // Its own change is in the list already.
      if (touched.has(pathOf(target))) continue;
      steps.push(await this.#step(target, commit, server.commit));
    }
    return steps.sort((a, b) => a.rank - b.rank).map(step => step.apply);
  }

  /** `from` is the commit that holds the target: an earlier one, where only the API behind a ToolSet changed. */
  async #step(target: Target, commit: CommitInfo, from: string): Promise<Step> {
    try {
      switch (target.kind) {
        case 'policy':
          return await this.#policy(target.name, commit);
        case 'tenant':
          return {
            rank: RANK.tenant,
            apply: await this.#tenant(target.tenantId, commit),
          };
        case 'api':
          return {
            rank: RANK.api,
            apply: await this.#api(target.tenantId, target.apiId, commit),
          };
        default:
          return await this.#toolSet(target, commit, from);
      }
    } catch (error) {
      const reason = error as Error & { code?: string };
      if (
        !(reason instanceof ManifestError) &&
        reason.code !== 'stoa.too_large'
      )
        throw error;
      return {
        rank: RANK[target.kind],
        apply: tx =>
          quarantine(
            tx,
            target.kind === 'policy' ? 'platform' : target.tenantId,
            pathOf(target),
            commit.commit,
            reason.message,
          ),
      };
    }
  }

  async #policy(name: string, { commit }: CommitInfo): Promise<Step> {
    const path = policyPath(name);
    const file = await this.#read(commit, path, MANIFEST_MAX_BYTES);
    if (!file) {
      return {
        rank: RANK.policyRemoval,
        apply: tx => applyPolicyRemoval(tx, name, commit),
      };
    }
    const content = {
      name,
      manifest: parsePolicy(file.toString('utf8'), name),
      commit,
      treeId: (await this.deps.repository.objectId(commit, path))!,
    };
    return { rank: RANK.policy, apply: tx => applyPolicy(tx, content) };
  }

  async #tenant(tenantId: string, commit: CommitInfo): Promise<Apply> {
    const { baseUrl } = this.deps;
    const path = tenantPath(tenantId);
    const file = await this.#read(commit.commit, path, MANIFEST_MAX_BYTES);
    if (!file)
      return tx => applyTenantRemoval(tx, tenantId, commit.commit, baseUrl);
    const content = {
      tenantId,
      manifest: parseTenant(file.toString('utf8'), tenantId),
      commit: commit.commit,
      treeId: (await this.deps.repository.objectId(commit.commit, path))!,
    };
    return tx => applyTenant(tx, content, baseUrl);
  }

  async #api(
    tenantId: string,
    apiId: string,
    commit: CommitInfo,
  ): Promise<Apply> {
    const folder = apiFolder(tenantId, apiId);
    const file = await this.#read(
      commit.commit,
      `${folder}/api.yaml`,
      MANIFEST_MAX_BYTES,
    );
    if (!file) return tx => applyApiRemoval(tx, tenantId, apiId, commit.commit);
    const manifest = parseApi(file.toString('utf8'), tenantId, apiId);
    const definition = await this.#definition(commit.commit, tenantId, apiId);
    if (!definition) throw new ManifestError('openapi.yaml is missing');
    const report = await parseDefinition(definition);
    if (!report.ok) {
      const [problem] = report.problems;
      throw new ManifestError(
        `openapi.yaml:${problem.line}:${problem.column}: ${problem.message}`,
      );
    }
    const treeId = await this.deps.repository.objectId(commit.commit, folder);
    return tx =>
      applyApi(tx, {
        tenantId,
        apiId,
        manifest,
        commit: commit.commit,
        treeId: treeId!,
        definition: {
          bytes: definition,
          hash: report.hash,
          specVersion: report.specVersion,
          operationCount: report.operations.length,
        },
      });
  }

  async #toolSet(
    target: Extract<Target, { kind: 'toolset' }>,
    commit: CommitInfo,
    from: string,
  ): Promise<Step> {
    const { tenantId, toolSetId } = target;
    const path = pathOf(target);
    const file = await this.#read(from, path, TOOLSET_MAX_BYTES);
    if (!file) {
      return {
        rank: RANK.removal,
        apply: tx =>
          applyToolSetRemoval(tx, tenantId, toolSetId, commit.commit),
      };
    }
    const manifest = parseToolSet(file.toString('utf8'), tenantId, toolSetId);
    const compiled = await this.#compile(tenantId, manifest, commit);
    const blobId = await this.deps.repository.objectId(from, path);
    return {
      rank: RANK.toolset,
      apply: tx =>
        applyToolSet(tx, {
          tenantId,
          toolSetId,
          manifest,
          commit: commit.commit,
          manifestCommit: from,
          treeId: blobId!,
          compiled,
          baseUrl: this.deps.baseUrl,
        }),
    };
  }

  /**
   * The tools by hash of the definition that they are made from: of the version
   * as it is now, and of what the commit may make of it. Which of both holds is
   * known only when the API has been applied; compiling takes too long for then.
   */
  async #compile(
    tenantId: string,
    { spec }: ToolSetManifest,
    commit: CommitInfo,
  ): Promise<ReadonlyMap<string, CompiledToolSet | string>> {
    const { name, version } = spec.apiRef;
    const known = await this.deps.servers.sourceOf(tenantId, name, version);
    const compiled = new Map<string, CompiledToolSet | string>();
    for (const at of [known?.commit, commit.commit]) {
      const definition =
        at &&
        (await this.#definition(at, tenantId, name).catch(unlessTooLarge));
      if (!definition) continue;
      const hash = createHash('sha256').update(definition).digest('hex');
      if (compiled.has(hash)) continue;
      compiled.set(hash, await this.#compileOnce(definition, spec));
    }
    return compiled;
  }

  /** The tools, or why the whole of them takes too much: then the last good ones stay. */
  async #compileOnce(
    definition: Buffer,
    spec: ToolSetManifest['spec'],
  ): Promise<CompiledToolSet | string> {
    const selection = {
      operations: spec.selector.operationIds,
      naming: spec.naming,
      overrides: spec.tools,
    };
    const compiled = await this.deps.compile(definition, selection);
    return wholeFailure(compiled) ?? compiled;
  }

  async #definition(
    commit: string,
    tenantId: string,
    apiId: string,
  ): Promise<Buffer | undefined> {
    const path = `${apiFolder(tenantId, apiId)}/openapi.yaml`;
    return this.#read(commit, path, DEFINITION_MAX_BYTES);
  }

  async #read(
    commit: string,
    path: string,
    maxBytes: number,
  ): Promise<Buffer | undefined> {
    return this.deps.repository.read(commit, path, { maxBytes });
  }
}

/** The API is set aside for it; the tools stay as they are. */
function unlessTooLarge(error: Error & { code?: string }): undefined {
  if (error.code !== 'stoa.too_large') throw error;
  return undefined;
}

/** Why nothing could be compiled at all, as against operations that cannot become tools. */
function wholeFailure(compiled: CompiledToolSet): string | undefined {
  const [problem, ...others] = compiled.problems;
  const whole =
    compiled.tools.length === 0 &&
    others.length === 0 &&
    problem !== undefined &&
    problem.operation === undefined;
  return whole ? problem.message : undefined;
}
