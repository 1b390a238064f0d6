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
} as const satisfies Record<
  string,
  { from: readonly DeploymentState[]; to: DeploymentState }
>;

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
