import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { Request, Response } from 'express';
import { Operation } from './contract';

/**
 * Does an operation's work within a span that goes on with the caller's trace
 * (W3C Trace Context), or with the one that the HTTP server began. The names are
 * those of OpenTelemetry's conventions for HTTP servers.
 */
export function inRequestSpan<T>(
  { operationId, method, path }: Operation,
  request: Request,
  response: Response,
  work: () => T,
): T {
  const verb = method.toUpperCase();
  const span = trace.getTracer('stoa').startSpan(
    `${verb} ${path}`,
    {
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': verb,
        'http.route': path,
        'stoa.operation': operationId,
        'stoa.request_id': String(response.getHeader('X-Request-ID')),
      },
    },
    parentOf(request),
  );
  response.once('close', () => {
    span.setAttribute('http.response.status_code', response.statusCode);
    if (response.statusCode >= 500 || cutOff(response))
      span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  return context.with(trace.setSpan(context.active(), span), work);
}

function parentOf(request: Request) {
  return trace.getActiveSpan()
    ? context.active()
    : propagation.extract(ROOT_CONTEXT, request.headers);
}

/** The caller went away before the answer was whole. */
function cutOff(response: Response): boolean {
  return !response.writableFinished;
}
