import type { ErrorCode } from '@stoa/plugin-stoa-common';
import type { Problem } from '../client';

/** Which words of the translation say what a code means; several codes may share them. */
const PROBLEM_WORD = {
  'stoa.bad_request': 'bad_request',
  'stoa.validation': 'validation',
  'stoa.two_credentials': 'two_credentials',
  'stoa.unauthenticated': 'unauthenticated',
  'stoa.key.unknown': 'unauthenticated',
  'stoa.forbidden': 'forbidden',
  'stoa.key.not_active': 'transition',
  'stoa.not_found': 'not_found',
  'stoa.method_not_allowed': 'method_not_allowed',
  'stoa.conflict': 'conflict',
  'stoa.tenant.quota_exceeded': 'quota_exceeded',
  'stoa.tenant.suspended': 'suspended',
  'stoa.tenant.exists': 'exists',
  'stoa.tenant.in_use': 'in_use',
  'stoa.tenant.illegal_transition': 'transition',
  'stoa.tenant.last_admin': 'in_use',
  'stoa.api.exists': 'exists',
  'stoa.api.in_use': 'in_use',
  'stoa.api.version_frozen': 'frozen',
  'stoa.api.illegal_transition': 'transition',
  'stoa.toolset.exists': 'exists',
  'stoa.toolset.in_use': 'in_use',
  'stoa.application.in_use': 'in_use',
  'stoa.plan.exists': 'exists',
  'stoa.plan.in_use': 'in_use',
  'stoa.subscription.exists': 'exists',
  'stoa.subscription.illegal_transition': 'transition',
  'stoa.subscription.own_request': 'own_request',
  'stoa.subscription.rotation_in_grace': 'transition',
  'stoa.deployment.illegal_transition': 'transition',
  'stoa.deployment.own_request': 'own_request',
  'stoa.webhook.illegal_transition': 'transition',
  'stoa.mcp_server.exists': 'exists',
  'stoa.mcp_server.illegal_transition': 'transition',
  'stoa.approval.illegal_transition': 'transition',
  'stoa.approval.own_request': 'own_request',
  'stoa.idempotency.conflict': 'conflict',
  'stoa.idempotency.in_progress': 'conflict',
  'stoa.not_acceptable': 'bad_request',
  'stoa.precondition_failed': 'changed',
  'stoa.too_large': 'too_large',
  'stoa.unsupported_media_type': 'bad_request',
  'stoa.definition.invalid': 'invalid_definition',
  'stoa.precondition_required': 'changed',
  'stoa.rate_limited': 'rate_limited',
  'stoa.internal': 'internal',
  'stoa.not_implemented': 'method_not_allowed',
  'stoa.backend.unreachable': 'unreachable',
  'stoa.unavailable': 'unavailable',
  'stoa.backend.timeout': 'unreachable',
  'stoa.not_cached': 'unreachable',
} as const satisfies Record<ErrorCode, string>;

export type ProblemWord =
  | (typeof PROBLEM_WORD)[keyof typeof PROBLEM_WORD]
  | 'limit_reached';

/** Words for a problem; a code newer than this page is described in general terms. */
export function wordOf({ code, details }: Problem): ProblemWord {
  if (!Object.hasOwn(PROBLEM_WORD, code)) return 'internal';
  const word = PROBLEM_WORD[code];
  // A pace says when to go on; without that it is a number of things.
  return word === 'rate_limited' && !hasRetryAfter(details)
    ? 'limit_reached'
    : word;
}

function hasRetryAfter(details: unknown): boolean {
  return (
    typeof details === 'object' && details !== null && 'retry_after' in details
  );
}

const ADVICE = [
  'unauthenticated',
  'forbidden',
  'not_found',
  'own_request',
  'changed',
  'suspended',
  'unavailable',
  'internal',
] as const;
export type AdviceWord = (typeof ADVICE)[number];

export function adviceOf(word: ProblemWord): AdviceWord | undefined {
  return ADVICE.find(advice => advice === word);
}

/** Where title and advice say all that the server's own sentence says. */
const SAID_ALREADY: readonly string[] = [
  'stoa.unauthenticated',
  'stoa.forbidden',
  'stoa.subscription.own_request',
  'stoa.precondition_failed',
  'stoa.precondition_required',
];

/**
 * Whether the server's sentence adds something. A list of fields or places says
 * it better, and so do our words for some codes.
 */
export function addsMore({ code, message, details, status }: Problem): boolean {
  if (!message || Array.isArray(details)) return false;
  if (SAID_ALREADY.includes(code)) return false;
  if (code === 'stoa.unavailable') return status !== 0;
  return code !== 'stoa.internal' || status < 500;
}
