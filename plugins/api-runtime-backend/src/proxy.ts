import { StoaError } from '@stoa/plugin-stoa-common';
import { CallRecord, toBackendError } from '@stoa/plugin-stoa-node';
import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';

export interface Exchange {
  readonly request: Dispatcher.DispatchOptions;
  readonly res: ServerResponse;
  readonly record: CallRecord;
  /** Milliseconds for which the caller may take nothing of what is there. */
  readonly stallMs: number;
  /** Header fields for the caller, made from the backend's, both as name and value in turn. */
  readonly responseHeaders: (
    raw: readonly string[],
    status: number,
  ) => string[];
}

class CallerGone extends Error {}

/** One answer on its way, in the terms of undici's handlers: fewer layers than a stream of it. */
class Relay implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #done: { resolve: () => void; reject: (error: Error) => void };
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  /** Bytes that the answer will have, where the backend said so. */
  #expected: number | undefined;
  #gone = false;
  #stalled: NodeJS.Timeout | undefined;

  constructor(
    options: Exchange,
    done: { resolve: () => void; reject: (error: Error) => void },
  ) {
    this.#exchange = options;
    this.#done = done;
    options.res.on('drain', () => this.#callerTakesMore());
    options.res.once('close', () => this.#callerLeft());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#gone) controller.abort(new CallerGone());
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
  ): void {
    if (status < 200) return; // Interim answers are for this hop.
    const { res, record, request, responseHeaders } = this.#exchange;
    record.answered();
    this.#status = status;
    const raw = (controller.rawHeaders ?? []) as Array<Buffer | string>;
    const fields = raw.map(field => field.toString('latin1'));
    res.writeHead(status, responseHeaders(fields, status));
    this.#expected = bodyLength(fields, status, request.method);
    if (this.#expected === 0) {
      this.#finish();
      // What follows is no part of it: a 304 may tell the length of what it does not
      // send (RFC 9110 §8.6), which undici takes for a body that is missing.
      res.end();
      return;
    }
    // A backend that thinks before its first byte: the caller sees the head now.
    setImmediate(() => {
      if (record.responseBytes === 0 && !res.writableEnded) res.flushHeaders();
    });
  }

  onResponseData(
    controller: Dispatcher.DispatchController,
    chunk: Buffer,
  ): void {
    const { res, record, stallMs } = this.#exchange;
    record.responseBytes += chunk.length;
    // Metered before the last byte: who has the whole answer has been counted.
    if (record.responseBytes === this.#expected) this.#finish();
    if (!res.write(chunk)) {
      controller.pause();
      // A caller who never takes the rest would hold the backend for ever.
      this.#stalled ??= setTimeout(() => res.destroy(), stallMs);
    }
  }

  onResponseEnd(): void {
    this.#finish();
    this.#exchange.res.end();
    this.#done.resolve();
  }

  onResponseError(
    _controller: Dispatcher.DispatchController,
    error: Error,
  ): void {
    const { res, record } = this.#exchange;
    if (this.#gone || res.writableEnded) {
      this.#done.resolve();
    } else if (res.headersSent) {
      const timedOut = toBackendError(error);
      record.finish(isTimeout(timedOut) ? 'timeout' : 'error', this.#status);
      // Cut, so that half an answer does not look whole.
      res.destroy();
      this.#done.resolve();
    } else {
      this.#done.reject(error);
    }
  }

  #finish(): void {
    const { record } = this.#exchange;
    record.finish(this.#status < 500 ? 'success' : 'error', this.#status);
  }

  #callerTakesMore(): void {
    clearTimeout(this.#stalled);
    this.#stalled = undefined;
    this.#controller?.resume();
  }

  #callerLeft(): void {
    clearTimeout(this.#stalled);
    const { res, record } = this.#exchange;
    if (res.writableFinished) return;
    this.#gone = true;
    // 499 is no registered status: it is what proxies write down for this.
    record.finish('error', 499);
    this.#controller?.abort(new CallerGone());
  }
}

/**
 * Passes one call on and streams the answer back, at the pace of the slower side.
 * Resolves when the answer is over, whole or cut. Rejects with `stoa.backend.timeout`,
 * `stoa.backend.unreachable` or the error of the request's body while nothing has
 * been answered. A caller who leaves takes the backend's work away with them.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Exchange,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const relay = new Relay(options, { resolve, reject });
    options.record.sent();
    dispatcher.dispatch(options.request, relay);
  });
}

/** The failure of an exchange in words for the caller: nothing of the backend, who may be another's. */
export function backendFailure(error: unknown): StoaError {
  if (error instanceof StoaError && error.code === 'stoa.too_large') {
    return error;
  }
  const known = toBackendError(error);
  return isTimeout(known)
    ? new StoaError(
        'stoa.backend.timeout',
        'The backend of this API did not answer in time.',
        { cause: error },
      )
    : new StoaError(
        'stoa.backend.unreachable',
        'The backend of this API cannot be reached.',
        { cause: error },
      );
}

function isTimeout(error: Error): boolean {
  if (!(error instanceof StoaError)) return false;
  const details = Object(error.details) as { class?: unknown };
  return error.code === 'stoa.backend.timeout' || details.class === 'timeout';
}

/** RFC 9112 §6.3: how many bytes of body will come, `undefined` when the end will show. */
function bodyLength(
  fields: readonly string[],
  status: number,
  method: string,
): number | undefined {
  if (method === 'HEAD' || status === 204 || status === 304) return 0;
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i].toLowerCase() === 'content-length')
      return Number(fields[i + 1]);
  }
  return undefined;
}
