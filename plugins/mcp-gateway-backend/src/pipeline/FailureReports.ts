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

/**
 * Sends masked pictures of failed calls to the control plane, in the background.
 * Unlike metering they may be lost: they help to find a fault, and count nothing.
 */
export class FailureReports {
  readonly #send: (errors: readonly unknown[]) => Promise<number>;
  readonly #logger: LoggerService;
  readonly #timer: NodeJS.Timeout;
  #waiting: unknown[] = [];
  #running: Promise<void> = Promise.resolve();

  constructor(options: {
    /** Resolves to the HTTP status; 202 when they were taken. */
    send: (errors: readonly unknown[]) => Promise<number>;
    logger: LoggerService;
  }) {
    this.#send = options.send;
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
      ...(report.httpStatus !== undefined && {
        http_status: report.httpStatus,
      }),
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
        const status = await this.#send(batch);
        if (status === 202) continue;
        this.#logger.warn(
          `${batch.length} reports of failed calls were answered ${status} and are lost`,
        );
      } catch (error) {
        this.#logger.warn(
          `${batch.length} reports of failed calls are lost: ${stringifyError(
            error,
          )}`,
        );
      }
    }
  }
}
