import { setTimeout as delay } from 'node:timers/promises';
import express, {
  NextFunction,
  Request,
  RequestHandler,
  Response,
  Router,
} from 'express';
import { integer, oneOf, optional, parse, text } from './fields';
import { Problem } from './problem';

export interface ServiceOptions {
  /** Milliseconds that `?simulate=slow` takes. */
  readonly slowMilliseconds: number;
}

/** A JSON service: routes, then 404 and errors as problem documents. */
export function createService(routes: Router): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(express.json({ limit: '100kb' }));
  app.use(routes);
  app.use((request: Request) => {
    throw new Problem(404, 'Not found', `There is no ${request.path} here.`);
  });
  app.use(
    (error: unknown, _: Request, response: Response, next: NextFunction) => {
      if (response.headersSent) next(error);
      else sendProblem(response, toProblem(error));
    },
  );
  return app;
}

/**
 * For demonstrations: `?simulate=error` answers 500, `?simulate=slow` answers
 * late, anything else is a bad request.
 */
export function simulate(options: ServiceOptions): RequestHandler {
  return (request, _response, next) => {
    const mode = parse(
      optional(oneOf('error', 'slow')),
      request.query.simulate,
    );
    if (mode === 'error') {
      throw new Problem(
        500,
        'Internal error',
        'This failure was asked for with simulate=error.',
      );
    }
    if (mode !== 'slow') {
      next();
      return;
    }
    delay(options.slowMilliseconds).then(() => next(), next);
  };
}

/**
 * A page of `rows`, which are sorted by `key`: `?limit=` (1..100, default 20)
 * rows after `?cursor=`, the key of the last row seen.
 */
export function page<T>(
  request: Request,
  rows: readonly T[],
  key: (row: T) => string,
): { items: T[]; next_cursor: string | null } {
  const { limit: given, cursor } = request.query;
  const number = typeof given === 'string' ? Number(given) : given;
  const limit = parse(
    (value, _, problems) => optional(integer(1, 100))(value, 'limit', problems),
    number,
  );
  parse(
    (value, _, problems) => optional(text(1, 100))(value, 'cursor', problems),
    cursor,
  );
  const after = typeof cursor === 'string' ? cursor : '';
  const rest = rows.filter(row => key(row) > after);
  const items = rest.slice(0, limit ?? 20);
  const last = items.at(-1);
  return {
    items,
    next_cursor: last && rest.length > items.length ? key(last) : null,
  };
}

/** True when one of the texts contains `?search=`, whatever the case. */
export function matches(request: Request, ...texts: string[]): boolean {
  const { search } = request.query;
  if (typeof search !== 'string') return true;
  const wanted = search.toLowerCase();
  return texts.some(candidate => candidate.toLowerCase().includes(wanted));
}

/** `prefix_000001`, `prefix_000002`, …: ids that sort in the order of creation. */
export function idSequence(prefix: string): () => string {
  let last = 0;
  return () => {
    last += 1;
    return `${prefix}_${String(last).padStart(6, '0')}`;
  };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Errors of the body parser carry the status to answer and a text that is safe to show.
  if (error instanceof Error && 'status' in error && error.status === 413) {
    return new Problem(413, 'Too large', 'The body is larger than 100 kB.');
  }
  if (error instanceof Error && 'status' in error && error.status === 400) {
    return new Problem(400, 'Bad request', 'The body is not valid JSON.');
  }
  return new Problem(500, 'Internal error', 'Something went wrong.');
}

function sendProblem(response: Response, problem: Problem): void {
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}
