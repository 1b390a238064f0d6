/** The six states that everything on a screen is in. */
export type Tone =
  | 'pending'
  | 'active'
  | 'running'
  | 'warning'
  | 'failed'
  | 'ended';

/** Every status word of the contract, and the state it is shown as. */
export const TONE_OF_STATUS = {
  pending: 'pending',
  draft: 'pending',
  active: 'active',
  success: 'active',
  published: 'active',
  running: 'running',
  warning: 'warning',
  suspended: 'warning',
  deprecated: 'warning',
  failed: 'failed',
  rejected: 'failed',
  denied: 'failed',
  ended: 'ended',
  inactive: 'ended',
  revoked: 'ended',
  expired: 'ended',
  cancelled: 'ended',
  rolled_back: 'ended',
  skipped: 'ended',
  retired: 'ended',
} as const satisfies Record<string, Tone>;

export type Status = keyof typeof TONE_OF_STATUS;
