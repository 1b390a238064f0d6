import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { maskSnapshot, maskText } from '@stoa/plugin-stoa-node';
import { randomUUID } from 'node:crypto';
import { Access } from '../access/Access';
import { ServedTool } from '../registry/ServedTool';

/** A call that failed through the service's fault, with what may be known of it. */
export interface FailureReport {
  readonly access: Access;
  readonly tool: ServedTool;
  readonly type:
    | 'server_timeout'
    | 'server_unavailable'
    | 'server_internal_error';
  readonly message: string;
  readonly httpStatus?: number;
  readonly args: unknown;
  /** What the service answered, as far as it was taken. */
  readonly answer?: string;
  readonly requestId: string;
}

/** Reports that wait; more are left out, as one of many tells enough. */
const MAX_WAITING = 200;
const BATCH = 20;
const INTERVAL_MS = 1_000;
const ANSWER_CHARS = 2_000;
/** The control plane will never take these reports, however often they are sent. */
const REFUSALS = new Set([400, 413, 422]);

type Waiting = Readonly<Record<string, unknown>>;

/**
 * Sends masked pictures of failed calls to the control plane, in the background.
 * Unlike metering they may be lost: they help to find a fault, and count nothing.
 */
export class FailureReports {
  readonly #deliver: (errors: readonly unknown[]) => Promise<number>;
  readonly #logger: LoggerService;
  readonly #timer: NodeJS.Timeout;
  #waiting: Waiting[] = [];
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
    if (this.#waiting.length >= MAX_WAITING) return;
    const { access, tool, args, answer } = report;
    const { item, route } = tool.server;
    this.#waiting.push({
      event_id: randomUUID(),
      timestamp: new Date().toISOString(),
      tenant_id: item.tenant_id,
      subject: access.principal.subject,
      server: item.slug,
      tool: tool.tool.name,
      api: route.apiId,
      error_type: report.type,
      error_message: maskText(report.message),
      ...(isStatus(report.httpStatus) && { http_status: report.httpStatus }),
      request: maskSnapshot({ tool: tool.tool.name, arguments: args }),
      response: maskSnapshot(
        answer === undefined ? {} : { body: answer.slice(0, ANSWER_CHARS) },
      ),
      request_id: report.requestId,
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
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
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
function isStatus(status: number | undefined): boolean {
  return status !== undefined && status >= 100 && status <= 599;
}
