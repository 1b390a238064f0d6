import { isSamePerson, Principal, Schema } from '@stoa/plugin-stoa-common';
import {
  PolicyEngine,
  PolicyResource,
  policyInput,
} from '@stoa/plugin-stoa-node';
import { DeploymentRecord } from './DeploymentStore';

/** What the policy knows of a deployment: where it goes, and who asked for it. */
export function deploymentResource(
  deployment: DeploymentRecord,
): PolicyResource {
  return {
    tenantId: deployment.tenant_id,
    environment: deployment.environment,
    requesters: [deployment.requester],
  };
}

/** Deployments as the asker sees them, with what they could do with each now. */
export async function toWire(
  policy: PolicyEngine,
  principal: Principal,
  deployments: readonly DeploymentRecord[],
): Promise<Schema<'Deployment'>[]> {
  return Promise.all(
    deployments.map(async record => ({
      ...plain(record),
      permissions: await permissionsOf(policy, principal, record),
    })),
  );
}

async function permissionsOf(
  policy: PolicyEngine,
  principal: Principal,
  record: DeploymentRecord,
): Promise<Schema<'Deployment'>['permissions']> {
  const resource = deploymentResource(record);
  const may = async (
    action: 'stoa.deployment.create' | 'stoa.deployment.approve',
  ) => (await policy.decide(policyInput(principal, action, resource))).allow;
  const { status } = record;
  const waits =
    status === 'pending' && record.requires_approval && !record.approved_at;
  const changes = await may('stoa.deployment.create');
  return {
    approve:
      waits &&
      !isSamePerson(principal, record.requester) &&
      (await may('stoa.deployment.approve')),
    cancel: changes && (status === 'pending' || status === 'running'),
    rollback: changes && status === 'success',
    promote:
      changes && status === 'success' && record.environment !== 'production',
  };
}

/** Without what only the platform needs. */
function plain(
  record: DeploymentRecord,
): Omit<Schema<'Deployment'>, 'permissions'> {
  const {
    requester: _r,
    executor: _e,
    backendUrl: _b,
    commit: _c,
    traceId: _t,
    aggregateVersion: _a,
    ...wire
  } = record;
  return wire;
}
