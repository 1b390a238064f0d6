/** One wrong field of a request. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** An error answer in the form of RFC 9457 (`application/problem+json`). */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors?: readonly FieldProblem[];

  constructor(
    status: number,
    title: string,
    detail: string,
    errors?: readonly FieldProblem[],
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.errors = errors;
  }

  toJSON(): Record<string, unknown> {
    return {
      title: this.title,
      status: this.status,
      detail: this.message,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

export function notFound(what: string, id: string): Problem {
  return new Problem(404, 'Not found', `There is no ${what} "${id}".`);
}

export function conflict(detail: string): Problem {
  return new Problem(409, 'Conflict', detail);
}

export function invalid(errors: readonly FieldProblem[]): Problem {
  return new Problem(
    400,
    'Bad request',
    errors.map(({ field, message }) => `${field} ${message}`).join('; '),
    errors,
  );
}
