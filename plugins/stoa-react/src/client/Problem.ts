import { ErrorCode, ErrorEnvelope } from '@stoa/plugin-stoa-common';

/**
 * An answer of the control plane that is not a success, or no answer at all.
 * `code` is one of the stable codes; a broken connection is `stoa.unavailable`.
 */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details?: unknown;
  readonly correlationId?: string;

  constructor(options: {
    code: ErrorCode;
    message: string;
    status: number;
    details?: unknown;
    correlationId?: string;
  }) {
    super(options.message);
    this.name = 'Problem';
    this.code = options.code;
    this.status = options.status;
    this.details = options.details;
    this.correlationId = options.correlationId;
  }
}

/** Turns whatever was thrown or answered into a Problem. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isNetworkError(error)) {
    return new Problem({
      code: 'stoa.unavailable',
      message: 'The control plane did not answer.',
      status: 0,
    });
  }
  return new Problem({
    code: 'stoa.internal',
    message: error instanceof Error ? error.message : String(error),
    status: 0,
  });
}

interface Answer<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The data of an answer; throws a Problem for anything but a success.
 *
 * @example
 * const me = await unwrap(client.GET('/v1/me'));
 */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T;
  if (isEnvelope(error)) {
    const { code, message, details, correlation_id } = error.error;
    throw new Problem({
      code,
      message,
      details,
      status: response.status,
      correlationId: correlation_id,
    });
  }
  throw new Problem({
    code: codeOfStatus(response.status),
    message: `${response.status} ${response.statusText}`.trim(),
    status: response.status,
  });
}

function isEnvelope(value: unknown): value is ErrorEnvelope {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as ErrorEnvelope).error?.code === 'string'
  );
}

/** Browsers report a failed fetch as a TypeError, and only so. */
function isNetworkError(error: unknown): boolean {
  return error instanceof TypeError && /fetch|network/i.test(error.message);
}

/** For answers that came from something in between, without our envelope. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'stoa.unauthenticated';
  if (status === 403) return 'stoa.forbidden';
  if (status === 404) return 'stoa.not_found';
  if (status === 413) return 'stoa.too_large';
  if (status === 429) return 'stoa.rate_limited';
  return status >= 502 && status <= 504 ? 'stoa.unavailable' : 'stoa.internal';
}
