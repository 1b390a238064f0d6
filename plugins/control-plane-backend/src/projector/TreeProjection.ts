import { CommitInfo, GitOpsRepository } from '@stoa/plugin-stoa-node';
import { parseDefinition } from '../definitions';
import { apiFolder, tenantFolder, Target } from './paths';
import { ManifestError, parseApi, parseTenant } from './manifests';
import { Apply, TargetProjection } from './Projector';
import { applyApi, applyApiRemoval } from './applyApi';
import { applyTenant, applyTenantRemoval } from './applyTenant';
import { quarantine } from './quarantine';

/** The largest definition that is taken from Git, in bytes. */
export const DEFINITION_MAX_BYTES = 30 * 1024 * 1024;

/** Reads tenants and APIs out of a commit. What cannot be used is set aside; its last good content stays. */
export class TreeProjection implements TargetProjection {
  constructor(readonly repository: GitOpsRepository) {}

  async prepare(target: Target, commit: CommitInfo): Promise<Apply> {
    const folder =
      target.kind === 'tenant'
        ? tenantFolder(target.tenantId)
        : apiFolder(target.tenantId, target.apiId);
    try {
      return target.kind === 'tenant'
        ? await this.#tenant(target.tenantId, commit)
        : await this.#api(target.tenantId, target.apiId, commit);
    } catch (error) {
      const reason = error as Error & { code?: string };
      if (
        !(reason instanceof ManifestError) &&
        reason.code !== 'stoa.too_large'
      )
        throw error;
      return tx =>
        quarantine(tx, target.tenantId, folder, commit.commit, reason.message);
    }
  }

  async #tenant(tenantId: string, commit: CommitInfo): Promise<Apply> {
    const file = await this.repository.read(
      commit.commit,
      `${tenantFolder(tenantId)}/tenant.yaml`,
      {
        maxBytes: 256 * 1024,
      },
    );
    if (!file) return tx => applyTenantRemoval(tx, tenantId);
    const manifest = parseTenant(file.toString('utf8'), tenantId);
    return tx => applyTenant(tx, tenantId, manifest, commit.commit);
  }

  async #api(
    tenantId: string,
    apiId: string,
    commit: CommitInfo,
  ): Promise<Apply> {
    const folder = apiFolder(tenantId, apiId);
    const file = await this.repository.read(
      commit.commit,
      `${folder}/api.yaml`,
      { maxBytes: 256 * 1024 },
    );
    if (!file) return tx => applyApiRemoval(tx, tenantId, apiId, commit.commit);
    const manifest = parseApi(file.toString('utf8'), tenantId, apiId);
    const definition = await this.repository.read(
      commit.commit,
      `${folder}/openapi.yaml`,
      {
        maxBytes: DEFINITION_MAX_BYTES,
      },
    );
    if (!definition) throw new ManifestError('openapi.yaml is missing');
    const report = await parseDefinition(definition);
    if (!report.ok) {
      const [problem] = report.problems;
      throw new ManifestError(
        `openapi.yaml:${problem.line}:${problem.column}: ${problem.message}`,
      );
    }
    const treeId = await this.repository.treeId(commit.commit, folder);
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
}
