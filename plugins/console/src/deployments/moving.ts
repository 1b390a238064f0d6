import { Deployment } from '../apis/types';

/** How often a deployment on its way is looked at, beside its signals. */
export const MOVING_MS = 1_500;

type Stage = Pick<Deployment, 'status' | 'requires_approval' | 'approved_at'>;

/** Nothing happens to one that waits for a person, however often it is looked at. */
export function isMoving(deployment: Stage): boolean {
  const { status } = deployment;
  if (waitsForApproval(deployment)) return false;
  return status === 'pending' || status === 'running';
}

/** Whether a second person has to approve it before its first step begins. */
export function waitsForApproval(deployment: Stage): boolean {
  return (
    deployment.status === 'pending' &&
    deployment.requires_approval &&
    !deployment.approved_at
  );
}
