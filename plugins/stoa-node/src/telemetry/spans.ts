import {
  Attributes,
  context,
  Context,
  propagation,
  ROOT_CONTEXT,
  Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { StoaError } from '@stoa/plugin-stoa-common';

/** W3C Trace Context §3.2: how a trace is named where it leaves a process. */
const HEADER = 'traceparent';

/**
 * Does work within a span of its own, which ends with it. What failed is known by
 * its code or its class: messages may hold what nobody else should read.
 */
export function inSpan<T>(
  name: string,
  options: { readonly kind?: SpanKind; readonly attributes?: Attributes },
  work: (span: Span) => Promise<T>,
  parent: Context = context.active(),
): Promise<T> {
  // Asked for each time: who exports traces may come after this module.
  const tracer = trace.getTracer('stoa');
  return tracer.startActiveSpan(name, options, parent, async span => {
    try {
      return await work(span);
    } catch (error) {
      failSpan(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Notes that a span's work failed, and how. */
export function failSpan(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : 'unknown';
  span.setAttribute(
    'error.type',
    error instanceof StoaError ? error.code : name,
  );
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The trace that this work belongs to, as a header; undefined where nobody traces. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier[HEADER];
}

/** The context that a header names; what is no such header names none. */
export function contextOf(traceparent: string | undefined): Context {
  return propagation.extract(
    ROOT_CONTEXT,
    traceparent === undefined ? {} : { [HEADER]: traceparent },
  );
}

/** Does work as part of the trace that a header names. */
export function withTraceparent<T>(
  traceparent: string | undefined,
  work: () => T,
): T {
  return traceparent === undefined
    ? work()
    : context.with(contextOf(traceparent), work);
}
