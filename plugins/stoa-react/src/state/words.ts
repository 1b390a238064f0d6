import type { ErrorCode } from '@stoa/plugin-stoa-common';

/** Which words of the translation say what a code means; several codes may share them. */
export const PROBLEM_WORD = {
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
  'stoa.tenant.suspended': 'transition',
  'stoa.api.exists': 'exists',
  'stoa.api.in_use': 'in_use',
  'stoa.api.version_frozen': 'frozen',
  'stoa.api.illegal_transition': 'transition',
  'stoa.application.in_use': 'in_use',
  'stoa.subscription.exists': 'exists',
  'stoa.subscription.illegal_transition': 'transition',
  'stoa.subscription.own_request': 'own_request',
  'stoa.subscription.rotation_in_grace': 'transition',
  'stoa.deployment.illegal_transition': 'transition',
  'stoa.idempotency.conflict': 'conflict',
  'stoa.idempotency.in_progress': 'conflict',
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
} as const satisfies Partial<Record<ErrorCode, string>>;

export type ProblemWord = (typeof PROBLEM_WORD)[keyof typeof PROBLEM_WORD];

/** Words for a code; a code newer than this page is described in general terms. */
export function wordOf(code: string): ProblemWord {
  return Object.hasOwn(PROBLEM_WORD, code)
    ? PROBLEM_WORD[code as keyof typeof PROBLEM_WORD]
    : 'internal';
}

const ADVICE = [
  'unauthenticated',
  'forbidden',
  'not_found',
  'changed',
  'rate_limited',
  'unavailable',
  'internal',
] as const;
export type AdviceWord = (typeof ADVICE)[number];

export function adviceOf(word: ProblemWord): AdviceWord | undefined {
  return ADVICE.find(advice => advice === word);
}
