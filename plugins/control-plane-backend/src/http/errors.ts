import { LoggerService } from '@backstage/backend-plugin-api';
import { ErrorEnvelope, StoaError } from '@stoa/plugin-stoa-common';
import type { ErrorRequestHandler, Request } from 'express';

/** The id under which a request is logged, answered and traced. */
export function correlationId(request: Request): string {
  return request.header('x-request-id') ?? 'unknown';
}

/** Turns whatever was thrown into the error envelope; what is not ours is logged and answered as `stoa.internal`. */
export function errorMiddleware(logger: LoggerService): ErrorRequestHandler {
  return function answerError(thrown, request, response, next) {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const error = toStoaError(thrown);
    const id = String(
      response.getHeader('X-Request-ID') ?? correlationId(request),
    );
    if (error.status >= 500) {
      logger.error(`${request.method} ${request.path} failed`, {
        ...cause(thrown),
        correlationId: id,
      });
    }
    if (error.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    const retryAfter = (error.details as { retry_after?: unknown } | undefined)
      ?.retry_after;
    if (retryAfter !== undefined && !response.hasHeader('Retry-After'))
      response.setHeader('Retry-After', String(retryAfter));
    const body: ErrorEnvelope = {
      error: {
        code: error.code,
        message: error.message,
        ...(error.details !== undefined && { details: error.details }),
        correlation_id: id,
      },
    };
    response.status(error.status).json(body);
  };
}

function cause(thrown: unknown): Record<string, string> {
  const error = thrown as Error;
  return {
    name: String(error?.name),
    message: String(error?.message),
    stack: String(error?.stack),
  };
}

function toStoaError(thrown: unknown): StoaError {
  if (thrown instanceof StoaError) return thrown;
  const { type, name } = (thrown ?? {}) as { type?: string; name?: string };
  if (type === 'entity.too.large') {
    return new StoaError(
      'stoa.too_large',
      'The body is larger than this operation takes.',
    );
  }
  if (
    type === 'entity.parse.failed' ||
    type === 'encoding.unsupported' ||
    type === 'charset.unsupported' ||
    type === 'request.aborted'
  ) {
    return new StoaError(
      'stoa.bad_request',
      'The body is not readable JSON in UTF-8.',
    );
  }
  if (name === 'URIError') {
    return new StoaError(
      'stoa.bad_request',
      'The path is not valid percent-encoding.',
    );
  }
  return new StoaError(
    'stoa.internal',
    'Something failed on our side. Quote the correlation id when you report it.',
  );
}
