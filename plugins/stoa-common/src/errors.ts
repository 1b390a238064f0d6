/**
 * The closed list of error codes and the HTTP status each one answers.
 * Codes are a public contract: they are added, never renamed.
 */
export const ERROR_STATUS = {
  'stoa.bad_request': 400,
  'stoa.validation': 400,
  'stoa.two_credentials': 400,
  'stoa.unauthenticated': 401,
  'stoa.key.unknown': 401,
  'stoa.forbidden': 403,
  'stoa.key.not_active': 403,
  'stoa.not_found': 404,
  'stoa.method_not_allowed': 405,
  'stoa.conflict': 409,
  'stoa.tenant.quota_exceeded': 409,
  'stoa.tenant.suspended': 409,
  'stoa.tenant.exists': 409,
  'stoa.tenant.in_use': 409,
  'stoa.tenant.illegal_transition': 409,
  'stoa.tenant.last_admin': 409,
  'stoa.api.exists': 409,
  'stoa.api.in_use': 409,
  'stoa.api.version_frozen': 409,
  'stoa.api.illegal_transition': 409,
  'stoa.toolset.exists': 409,
  'stoa.toolset.in_use': 409,
  'stoa.application.in_use': 409,
  'stoa.plan.exists': 409,
  'stoa.plan.in_use': 409,
  'stoa.subscription.exists': 409,
  'stoa.subscription.illegal_transition': 409,
  'stoa.subscription.own_request': 403,
  'stoa.subscription.rotation_in_grace': 409,
  'stoa.deployment.illegal_transition': 409,
  'stoa.deployment.own_request': 403,
  'stoa.mcp_server.exists': 409,
  'stoa.mcp_server.illegal_transition': 409,
  'stoa.approval.illegal_transition': 409,
  'stoa.approval.own_request': 403,
  'stoa.webhook.illegal_transition': 409,
  'stoa.idempotency.conflict': 422,
  'stoa.idempotency.in_progress': 409,
  'stoa.not_acceptable': 406,
  'stoa.precondition_failed': 412,
  'stoa.too_large': 413,
  'stoa.unsupported_media_type': 415,
  'stoa.definition.invalid': 422,
  'stoa.precondition_required': 428,
  'stoa.rate_limited': 429,
  'stoa.internal': 500,
  'stoa.not_implemented': 501,
  'stoa.backend.unreachable': 502,
  'stoa.unavailable': 503,
  'stoa.backend.timeout': 504,
  'stoa.not_cached': 504,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** The body of every error answer. */
export interface ErrorEnvelope {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details?: unknown;
    readonly correlation_id: string;
  };
}

/**
 * The one error type that services throw. `message` is shown to the caller: it
 * says what happened and what to do, and never carries a secret. `details` is
 * machine readable (for `stoa.validation`: `[{field, message}]`; for
 * `stoa.definition.invalid`: `[{message, line, column, path?}]`; for
 * `stoa.forbidden`: `{rule, missing}`).
 */
export class StoaError extends Error {
  readonly code: ErrorCode;
  readonly details?: unknown;

  constructor(
    code: ErrorCode,
    message: string,
    options?: { details?: unknown; cause?: unknown },
  ) {
    super(message, options?.cause ? { cause: options.cause } : undefined);
    this.name = 'StoaError';
    this.code = code;
    this.details = options?.details;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** The same words for an unknown and for a foreign object, so that neither can be told from the other. */
export function notFound(what: string): StoaError {
  return new StoaError('stoa.not_found', `No such ${what}.`);
}
