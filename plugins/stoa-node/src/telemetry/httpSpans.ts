import {
  Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { inSpan } from './spans';

/**
 * Does the work for one request within a span that goes on with the caller's trace
 * (W3C Trace Context), or with the one that somebody before us began, and that ends
 * with the answer. The names are those of OpenTelemetry's conventions for HTTP
 * servers; `route` holds no values of the caller's.
 */
export function inServerSpan<T>(
  options: {
    readonly method: string;
    readonly route: string;
    readonly requestId: string;
    readonly headers: IncomingHttpHeaders;
    readonly attributes?: Attributes;
  },
  response: ServerResponse,
  work: () => T,
): T {
  const { method, route, requestId, headers, attributes } = options;
  const span = trace.getTracer('stoa').startSpan(
    `${method} ${route}`,
    {
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'stoa.request_id': requestId,
        ...attributes,
      },
    },
    trace.getActiveSpan()
      ? context.active()
      : propagation.extract(ROOT_CONTEXT, headers),
  );
  // Who is not traced costs no listener.
  if (span.isRecording()) {
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode);
      if (response.statusCode >= 500 || !response.writableFinished)
        span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
  }
  return context.with(trace.setSpan(context.active(), span), work);
}

/**
 * Asks a server within a span of its own, which ends with what `work` resolves to: the
 * status of the answer, 0 when it broke off, nothing when nobody waited for it.
 */
export function inClientSpan(
  options: {
    readonly method: string;
    /** `http(s)://host[:port]` of the server. */
    readonly origin: string;
    readonly requestId: string;
  },
  work: () => Promise<number | undefined>,
): Promise<number | undefined> {
  const { method, origin, requestId } = options;
  return inSpan(
    method,
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': method,
        'server.address': origin,
        'stoa.request_id': requestId,
      },
    },
    async span => {
      const status = await work();
      if (status) span.setAttribute('http.response.status_code', status);
      if (status === 0 || (status ?? 0) >= 500)
        span.setStatus({ code: SpanStatusCode.ERROR });
      return status;
    },
  );
}
