import { Environment } from '@stoa/plugin-stoa-common';

/**
 * How a call ended. `success`: the backend answered, below 500; `error`: it
 * answered 5xx, was not reachable or broke off, or the platform could not serve;
 * `timeout`: it did not answer in time; `rate_limited`: the plan's limit;
 * `policy_denied`: no credential that allows the call; `invalid`: a request that is
 * not passed on.
 */
export type MeteringStatus =
  | 'success'
  | 'error'
  | 'timeout'
  | 'rate_limited'
  | 'policy_denied'
  | 'invalid';

/**
 * One call, as it is counted and billed; the names are those of the wire. Times are
 * milliseconds, sizes are bytes of bodies, `timestamp` is ISO 8601 UTC of the
 * request's arrival. `backend_ms` ends with the head of the backend's answer.
 */
export interface MeteringEvent {
  readonly event_id: string;
  readonly timestamp: string;
  readonly kind: 'api' | 'tool';
  readonly tenant_id: string;
  readonly environment?: Environment;
  readonly application_id?: string;
  readonly subscription_id?: string;
  readonly subject: string;
  readonly client_id?: string;
  readonly api?: string;
  readonly version?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly status: MeteringStatus;
  readonly http_status?: number;
  readonly latency_ms: number;
  readonly backend_ms?: number;
  readonly request_bytes: number;
  readonly response_bytes: number;
  readonly request_id: string;
  readonly traceparent?: string;
}

/** Takes one event per call, for every outcome. */
export interface MeteringSink {
  /**
   * Keeps the event, and returns when it would survive the process being killed:
   * call it before the last byte of the answer. Never throws.
   */
  record(event: MeteringEvent): void;
  /** Why events cannot be kept, for readiness; nothing when they can. */
  trouble(): string | undefined;
  /** Tries to deliver what is left, then stops. What cannot be delivered stays for the next start. */
  close(): Promise<void>;
}
