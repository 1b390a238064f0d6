import { randomUUID } from 'node:crypto';
import { MeteringEvent, MeteringSink, MeteringStatus } from './MeteringEvent';

/** What was called. */
export type CallSubject = Pick<
  MeteringEvent,
  'kind' | 'tenant_id' | 'environment' | 'api' | 'version' | 'server' | 'tool'
>;

/** Who called, as far as that is known. */
export type CallCaller = Pick<
  MeteringEvent,
  'application_id' | 'subscription_id' | 'subject' | 'client_id'
>;

/** Gathers what is known of one call, and meters it exactly once. */
export class CallRecord {
  readonly #sink: MeteringSink;
  readonly #subject: CallSubject;
  readonly #requestId: string;
  readonly #traceparent: string | undefined;
  readonly #arrivedAt = Date.now();
  readonly #startedAt = performance.now();
  #sentAt: number | undefined;
  #backendMs: number | undefined;
  #finished = false;
  caller: CallCaller = { subject: 'anonymous' };
  /** Bytes of bodies so far. */
  requestBytes = 0;
  responseBytes = 0;

  constructor(options: {
    sink: MeteringSink;
    subject: CallSubject;
    requestId: string;
    traceparent?: string;
  }) {
    this.#sink = options.sink;
    this.#subject = options.subject;
    this.#requestId = options.requestId;
    this.#traceparent = options.traceparent;
  }

  /** The call goes to the backend. */
  sent(): void {
    this.#sentAt = performance.now();
  }

  /** The backend's answer has begun. */
  answered(): void {
    if (this.#sentAt !== undefined) {
      this.#backendMs = performance.now() - this.#sentAt;
    }
  }

  /** To be called before the last byte of the answer; what is said later does not count. */
  finish(status: MeteringStatus, httpStatus: number): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#sink.record({
      event_id: randomUUID(),
      timestamp: new Date(this.#arrivedAt).toISOString(),
      ...this.#subject,
      ...this.caller,
      status,
      http_status: httpStatus,
      latency_ms: milliseconds(performance.now() - this.#startedAt),
      ...(this.#backendMs !== undefined && {
        backend_ms: milliseconds(this.#backendMs),
      }),
      request_bytes: this.requestBytes,
      response_bytes: this.responseBytes,
      request_id: this.#requestId,
      ...(this.#traceparent !== undefined && {
        traceparent: this.#traceparent,
      }),
    });
  }
}

function milliseconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}
