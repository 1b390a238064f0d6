import { ErrorEnvelope, StoaError } from '@stoa/plugin-stoa-common';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** The body of an error answer. */
export function errorEnvelope(
  error: StoaError,
  correlationId: string,
): ErrorEnvelope {
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.details !== undefined && { details: error.details }),
      correlation_id: correlationId,
    },
  };
}

/** An error answer, ready to be sent. */
export interface RenderedError {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

export function renderError(
  error: StoaError,
  correlationId: string,
): RenderedError {
  const body = Buffer.from(JSON.stringify(errorEnvelope(error, correlationId)));
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

/**
 * Answers with the error envelope, and ends the response. Does nothing but cut the
 * connection when the head of another answer has gone out already: half an answer
 * must not look whole.
 */
export function sendError(
  res: ServerResponse,
  error: StoaError,
  options: { correlationId: string; headers?: OutgoingHttpHeaders },
): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { status, headers, body } = renderError(error, options.correlationId);
  res.writeHead(status, { ...headers, ...options.headers });
  res.end(body);
}
