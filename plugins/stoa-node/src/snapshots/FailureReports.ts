import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import { FailureLimiter } from '../limits/FailureLimiter';
import { maskSnapshot, maskText } from './mask';

/** A call that failed through the service's fault, with what may be known of it. */
export interface FailureReport {
  readonly tenantId: string;
  /** Who called. */
  readonly subject: string;
  readonly api?: string;
  readonly environment?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly type:
    | 'server_timeout'
    | 'server_unavailable'
    | 'server_internal_error';
  readonly message: string;
  /** Of the service's answer. */
  readonly httpStatus?: number;
  readonly request: Readonly<Record<string, unknown>>;
  /** What the service answered, as far as it was taken. */
  readonly response: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** W3C Trace Context §3.2. */
  readonly traceparent?: string;
}

/** Kinds of failures that wait; more are left out, as one of many tells enough. */
const MAX_WAITING = 200;
/** Kinds of failures of one tenant that are told in a minute. */
const PER_MINUTE = 60;
const BATCH = 20;
const INTERVAL_MS = 1_000;
/** The control plane will never take these reports, however often they are sent. */
const REFUSALS = new Set([400, 413, 422]);

type Waiting = Readonly<Record<string, unknown>> & { occurrences: number };

/**
 * Sends masked pictures of failed calls to the control plane, in the background: one
 * for all that failed alike meanwhile, and no more than anybody reads. Unlike metering
 * they may be lost: they help to find a fault, and count nothing.
 */
export class FailureReports {
  readonly #deliver: (errors: readonly unknown[]) => Promise<number>;
  readonly #logger: LoggerService;
  readonly #timer: NodeJS.Timeout;
  readonly #told = new FailureLimiter({ perMinute: PER_MINUTE });
  #waiting = new Map<string, Waiting>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: {
    /** Resolves to the HTTP status; 202 when they were taken. */
    send: (errors: readonly unknown[]) => Promise<number>;
    logger: LoggerService;
  }) {
    this.#deliver = options.send;
    this.#logger = options.logger;
    this.#timer = setInterval(() => void this.flush(), INTERVAL_MS).unref();
  }

  add(report: FailureReport): void {
    const { tenantId, subject, api, environment, server, tool } = report;
    const message = maskText(report.message);
    const status = isStatus(report.httpStatus) ? report.httpStatus : undefined;
    const alike = [tenantId, subject, api, environment, server, tool];
    const key = JSON.stringify([...alike, report.type, status, message]);
    const known = this.#waiting.get(key);
    if (known) {
      known.occurrences += 1;
      return;
    }
    if (this.#waiting.size >= MAX_WAITING) return;
    if (this.#told.blockedFor(tenantId) > 0) return;
    this.#told.failed(tenantId);
    this.#waiting.set(key, {
      event_id: randomUUID(),
      timestamp: new Date().toISOString(),
      tenant_id: tenantId,
      subject,
      ...(server !== undefined && { server }),
      ...(tool !== undefined && { tool }),
      ...(api !== undefined && { api }),
      ...(environment !== undefined && { environment }),
      error_type: report.type,
      error_message: message,
      ...(status !== undefined && { http_status: status }),
      request: maskSnapshot(report.request),
      response: maskSnapshot(report.response),
      request_id: report.requestId,
      ...(report.traceparent && { traceparent: report.traceparent }),
      occurrences: 1,
    });
  }

  /** Sends what waits; calls at once run one after the other. */
  flush(): Promise<void> {
    this.#running = this.#running.then(() => this.#flush());
    return this.#running;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #flush(): Promise<void> {
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      try {
        await this.#send(batch);
      } catch (error) {
        this.#logger.warn(
          `${batch.length} reports of failed calls are lost: ${stringifyError(
            error,
          )}`,
        );
      }
    }
  }

  /** Halves what is refused until the reports at fault are found, and gives up those alone. */
  async #send(reports: readonly Waiting[]): Promise<void> {
    const status = await this.#deliver(reports);
    if (status === 202) return;
    if (!REFUSALS.has(status)) {
      throw new Error(`the control plane answered ${status}`);
    }
    if (reports.length === 1) {
      this.#logger.warn(
        `A report of a failed call was refused with ${status} and is lost`,
        { request_id: reports[0].request_id as string },
      );
      return;
    }
    const middle = Math.ceil(reports.length / 2);
    await this.#send(reports.slice(0, middle));
    await this.#send(reports.slice(middle));
  }
}

/** RFC 9110 §15: services may answer with other numbers, which mean nothing. */
function isStatus(status: number | undefined): status is number {
  return status !== undefined && status >= 100 && status <= 599;
}
