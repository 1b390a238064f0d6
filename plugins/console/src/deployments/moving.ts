import { Deployment } from '../apis/types';

/** How often a deployment on its way is looked at, beside its signals. */
export const MOVING_MS = 1_500;

export function isMoving({ status }: Pick<Deployment, 'status'>): boolean {
  return status === 'pending' || status === 'running';
}
