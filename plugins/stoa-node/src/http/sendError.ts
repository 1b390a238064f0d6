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

/**
 * Answers with the error envelope, and ends the response. Returns the number of
 * bytes of the body. Does nothing but cut the connection when the head of another
 * answer has gone out already: half an answer must not look whole.
 */
export function sendError(
  res: ServerResponse,
  error: StoaError,
  options: { correlationId: string; headers?: OutgoingHttpHeaders },
): number {
  if (res.headersSent) {
    res.destroy();
    return 0;
  }
  const body = Buffer.from(
    JSON.stringify(errorEnvelope(error, options.correlationId)),
  );
  res.writeHead(error.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...options.headers,
  });
  res.end(body);
  return body.length;
}
