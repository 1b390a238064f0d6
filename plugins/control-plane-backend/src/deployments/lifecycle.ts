import { Environment } from '@stoa/plugin-stoa-common';

/** States of a deployment; `success` can still be rolled back. */
export const DEPLOYMENT_STATES = [
  'pending',
  'running',
  'success',
  'failed',
  'cancelled',
  'rolled_back',
] as const;
export type DeploymentState = (typeof DEPLOYMENT_STATES)[number];

/** From which states each move is legal. */
export const MOVES = {
  start: { from: ['pending'], to: 'running' },
  succeed: { from: ['running'], to: 'success' },
  fail: { from: ['pending', 'running'], to: 'failed' },
  cancel: { from: ['pending', 'running'], to: 'cancelled' },
  'roll-back': { from: ['success'], to: 'rolled_back' },
} as const satisfies Record<
  string,
  { from: readonly DeploymentState[]; to: DeploymentState }
>;
export type MoveName = keyof typeof MOVES;

/** The steps that every deployment walks, in order. */
export const STEPS = [
  'fetch-spec',
  'validate',
  'convert',
  'import',
  'apply-policies',
  'activate',
  'verify',
] as const;
export type StepName = (typeof STEPS)[number];

/** From this step on callers may notice: a deployment that has begun it is not cancelled but rolled back. */
export const VISIBLE_STEP: StepName = 'activate';

/** The way of a version to its callers. */
const ORDER: readonly Environment[] = ['dev', 'staging', 'production'];

/** Where a version must run before it comes to this environment, of those that the API has. */
export function environmentBefore(
  environment: Environment,
  has: readonly string[],
): Environment | undefined {
  return ORDER.slice(0, ORDER.indexOf(environment))
    .reverse()
    .find(name => has.includes(name));
}

/** Where a version goes next, of the environments that the API has. */
export function environmentAfter(
  environment: string,
  has: readonly string[],
): Environment | undefined {
  const place = ORDER.indexOf(environment as Environment);
  return ORDER.slice(place + 1).find(name => has.includes(name));
}

/** Nobody brings something to production alone. */
export function needsApproval(environment: Environment): boolean {
  return environment === 'production';
}
