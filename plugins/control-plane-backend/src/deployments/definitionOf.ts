import { GitOpsRepository } from '@stoa/plugin-stoa-node';
import { apiFolder } from '../projector/paths';
import { DEFINITION_MAX_BYTES } from '../projector/TreeProjection';
import { DeploymentRecord } from './DeploymentStore';

/** The definition that was deployed. Throws in words where the commit has none. */
export async function definitionOf(
  repository: GitOpsRepository,
  { tenant_id, api_id, commit }: DeploymentRecord,
): Promise<Buffer> {
  const path = `${apiFolder(tenant_id, api_id)}/openapi.yaml`;
  const bytes = await repository.read(commit, path, {
    maxBytes: DEFINITION_MAX_BYTES,
  });
  if (!bytes)
    throw new Error(`${path} is not in commit ${commit.slice(0, 12)}`);
  return bytes;
}
