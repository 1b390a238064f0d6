import { MeteringSink, MeteringStatus } from '@stoa/plugin-stoa-node';
import { randomUUID } from 'node:crypto';
import { KeyFacts } from './KeyCache';
import { Route } from './routes';

/** Gathers what is known of one call, and meters it exactly once. */
export class CallRecord {
  readonly #sink: MeteringSink;
  readonly #route: Route;
  readonly #requestId: string;
  readonly #arrivedAt = Date.now();
  readonly #startedAt = performance.now();
  #sentAt: number | undefined;
  #backendMs: number | undefined;
  #finished = false;
  /** Whose key it is, once that is known. */
  facts: KeyFacts | undefined;
  /** Bytes of bodies so far. */
  requestBytes = 0;
  responseBytes = 0;

  constructor(options: {
    sink: MeteringSink;
    route: Route;
    requestId: string;
  }) {
    this.#sink = options.sink;
    this.#route = options.route;
    this.#requestId = options.requestId;
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
      kind: 'api',
      tenant_id: this.#route.tenantId,
      environment: this.#route.environment,
      api: this.#route.apiId,
      version: this.#route.version,
      ...(this.facts && {
        application_id: this.facts.applicationId,
        subscription_id: this.facts.subscriptionId,
      }),
      subject: this.facts?.subscriberId ?? 'anonymous',
      status,
      http_status: httpStatus,
      latency_ms: milliseconds(performance.now() - this.#startedAt),
      ...(this.#backendMs !== undefined && {
        backend_ms: milliseconds(this.#backendMs),
      }),
      request_bytes: this.requestBytes,
      response_bytes: this.responseBytes,
      request_id: this.#requestId,
    });
  }
}

function milliseconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}
