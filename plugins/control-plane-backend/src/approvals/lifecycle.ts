/** States of an approval; the last three are terminal. */
export const APPROVAL_STATES = [
  'pending',
  'approved',
  'denied',
  'used',
  'expired',
] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** States in which no second question is asked about the same call, and whose time can be over. */
export const OPEN_STATES: readonly ApprovalState[] = ['pending', 'approved'];

/** From which states a move is legal, and where it leads. */
export const MOVES = {
  approve: { from: ['pending'], to: 'approved' },
  deny: { from: ['pending'], to: 'denied' },
  use: { from: ['approved'], to: 'used' },
  expire: { from: OPEN_STATES, to: 'expired' },
} as const satisfies Record<
  string,
  { readonly from: readonly ApprovalState[]; readonly to: ApprovalState }
>;
export type MoveName = keyof typeof MOVES;

/** The state as it counts now: a sweep brings the row along later. `now` and `expiresAt` are ISO 8601 in UTC. */
export function stateAt(
  status: ApprovalState,
  expiresAt: string,
  now: string,
): ApprovalState {
  return OPEN_STATES.includes(status) && expiresAt <= now ? 'expired' : status;
}

/**
 * Whether whoever calls a tool may not let the call through themselves. What a tool
 * does not say counts as the protocol's defaults have it (MCP 2025-11-25,
 * ToolAnnotations): not read-only, and destructive.
 */
export function isDestructive(
  annotations:
    | { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean }
    | undefined,
): boolean {
  return !annotations?.readOnlyHint && annotations?.destructiveHint !== false;
}
