import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { metrics, ObservableResult } from '@opentelemetry/api';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MeteringEvent, MeteringSink } from './MeteringEvent';
import { Spool } from './Spool';

export interface SpooledMeteringOptions {
  /** Folder on disk, of this sink alone. */
  readonly dir: string;
  /**
   * Delivers events, each as its JSON, and resolves to the HTTP status: 202 takes them
   * all, in effect once per `event_id`. Rejects when there was no answer.
   */
  readonly send: (
    events: readonly string[],
    signal: AbortSignal,
  ) => Promise<number>;
  readonly logger: LoggerService;
  /** Most bytes to keep while they cannot be delivered; 256 MiB by default. */
  readonly maxBytes?: number;
  /** Milliseconds between deliveries; 1 s by default. */
  readonly interval?: number;
}

const BATCH = 200;
const SEGMENT_BYTES = 4 * 1024 * 1024;
const BACKOFF_MAX_MS = 30_000;
const CLOSE_MS = 5_000;
/** The receiver will never take these events, however often they are sent. */
const REFUSALS = new Set([400, 413, 422]);

/**
 * Writes each event to disk before its call is answered, and delivers what lies
 * there in the background. A segment is removed once all of it was taken; one that
 * was taken in part is sent again whole, which the receiver tells by `event_id`.
 */
export class SpooledMetering implements MeteringSink {
  readonly #options: SpooledMeteringOptions;
  readonly #spool: Spool;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #gauge = metrics
    .getMeter('stoa')
    .createObservableGauge('stoa_metering_spooled_bytes', {
      description: 'Metering events on disk that have still to be delivered',
    });
  readonly #observe = (result: ObservableResult) =>
    result.observe(this.#spool.bytes, {
      gateway: basename(this.#options.dir),
    });
  #trouble: string | undefined;
  #lost = 0;

  /** Opens the folder, and begins with what an earlier process left in it. */
  constructor(options: SpooledMeteringOptions) {
    this.#options = options;
    this.#spool = new Spool({
      dir: options.dir,
      maxBytes: options.maxBytes ?? 256 * 1024 * 1024,
      segmentBytes: SEGMENT_BYTES,
    });
    this.#gauge.addCallback(this.#observe);
    this.#running = this.#run(this.#stop.signal);
  }

  record(event: MeteringEvent): void {
    try {
      this.#spool.append(JSON.stringify(event));
      if (!this.#trouble) return;
      this.#options.logger.warn(
        `Metering events are kept again, ${this.#lost} were lost`,
      );
      this.#trouble = undefined;
      this.#lost = 0;
    } catch (error) {
      this.#lost++;
      if (this.#trouble) return;
      this.#trouble = 'metering events cannot be kept';
      this.#options.logger.error(
        `Metering events are being lost: ${stringifyError(error)}`,
      );
    }
  }

  trouble(): string | undefined {
    return this.#trouble;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#gauge.removeCallback(this.#observe);
    await this.#running;
    try {
      await this.#deliver(AbortSignal.timeout(CLOSE_MS));
    } catch (error) {
      this.#options.logger.warn(
        `Metering events stay on disk until the next start: ${stringifyError(
          error,
        )}`,
      );
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { logger, interval = 1_000 } = this.#options;
    let wait = interval;
    while (!signal.aborted) {
      try {
        await this.#deliver(signal);
        wait = interval;
      } catch (error) {
        if (signal.aborted) return;
        wait = Math.min(wait * 2, BACKOFF_MAX_MS);
        logger.warn(
          `Metering events could not be delivered, ${
            this.#spool.bytes
          } bytes wait on disk: ${stringifyError(error)}`,
        );
      }
      await delay(wait * (0.75 + Math.random() / 4), undefined, {
        signal,
        ref: false,
      }).catch(() => {});
    }
  }

  async #deliver(signal: AbortSignal): Promise<void> {
    this.#spool.seal();
    for (;;) {
      const segment = await this.#spool.oldest();
      if (!segment) return;
      const { lines } = segment;
      // A batch at a time: all of a segment at once would hold up the calls that run.
      for (let i = 0; i < lines.length; i += BATCH) {
        await this.#send(lines.slice(i, i + BATCH), signal);
      }
      await segment.remove();
    }
  }

  /**
   * Halves what is refused until the events at fault are found, and gives up those
   * alone: a line that was half written when the machine went down is one of them.
   */
  async #send(events: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const status = await this.#options.send(events, signal);
    if (status === 202) return;
    if (!REFUSALS.has(status)) {
      throw new Error(`the control plane answered ${status}`);
    }
    if (events.length === 1) {
      this.#options.logger.error(
        `A metering event was refused with ${status} and is lost`,
        idsOf(events[0]),
      );
      return;
    }
    const middle = Math.ceil(events.length / 2);
    await this.#send(events.slice(0, middle), signal);
    await this.#send(events.slice(middle), signal);
  }
}

/** As far as the line can be read. */
function idsOf(line: string): JsonObject {
  try {
    const { event_id, request_id } = JSON.parse(line);
    return { event_id, request_id };
  } catch {
    return { damaged: true };
  }
}
