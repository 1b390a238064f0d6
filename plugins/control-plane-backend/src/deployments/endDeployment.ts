import { Tx } from '../database/UnitOfWork';
import { DeploymentRecord, DeploymentStore } from './DeploymentStore';
import { factsOf, tellResult } from './DeploymentService';

/**
 * Ends a deployment, its trace, and the one that it takes back, and tells everybody;
 * false when it does not run any more.
 */
export async function endDeployment(
  tx: Tx,
  store: DeploymentStore,
  deployment: DeploymentRecord,
  result: { readonly status: 'success' | 'failed'; readonly message?: string },
): Promise<boolean> {
  const { status, message } = result;
  const move = status === 'success' ? 'succeed' : 'fail';
  const version = await store.move(tx.db, deployment, move, message);
  if (version === undefined) return false;
  await store.endTrace(tx.db, deployment, status);
  if (status === 'success' && deployment.rollback_of) {
    const left = await store.get(deployment.rollback_of, tx.db);
    const rolledBack =
      left && (await store.move(tx.db, left, 'roll-back', message));
    if (rolledBack) {
      await tellResult(tx, left, {
        version: rolledBack,
        status: 'rolled_back',
      });
    }
  }
  await tellResult(tx, deployment, { version, status, message });
  await tx.audit({
    tenantId: deployment.tenant_id,
    action: 'stoa.deployment.run',
    resource: `api:${deployment.tenant_id}/${deployment.api_id}`,
    outcome: status === 'success' ? 'success' : 'failed',
    details: factsOf(deployment),
  });
  return true;
}
