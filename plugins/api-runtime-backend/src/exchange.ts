import { StoaError } from '@stoa/plugin-stoa-common';
import { CallRecord, toBackendError } from '@stoa/plugin-stoa-node';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { CacheVisit } from './cache/CacheVisit';
import { Recording } from './cache/Recording';
import { CachedReply, replyOf } from './cache/reply';

export interface Exchange {
  readonly request: Dispatcher.DispatchOptions;
  readonly res: ServerResponse;
  readonly record: CallRecord;
  /** Milliseconds for which the caller may take nothing of what is there. */
  readonly stallMs: number;
  /** Milliseconds for the whole of it. */
  readonly totalMs: number;
  /** Statuses of the backend that are not passed on, because the call is to be made once more. */
  readonly again?: ReadonlySet<number>;
  /** Takes the backend's connection when it has become a WebSocket. */
  readonly onUpgrade?: (backend: Duplex) => void;
  /** Where the route has a cache. */
  readonly visit?: CacheVisit;
  /** Header fields for the caller, made from the backend's, both as name and value in turn. */
  readonly responseHeaders: (
    raw: readonly string[],
    status: number,
  ) => string[];
}

class CallerGone extends Error {}

/** The backend's status was one of `again`; the caller has seen nothing. */
export class CallAgain extends Error {
  override readonly name = 'CallAgain';

  constructor(readonly status: number) {
    super(`The backend answered ${status}`);
  }
}

interface Done {
  readonly resolve: (status: number | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** One answer on its way, in the terms of undici's handlers: fewer layers than a stream of it. */
class Relay implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #done: Done;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  /** Bytes that the answer will have, where the backend said so. */
  #expected: number | undefined;
  #gone = false;
  #recording: Recording | undefined;
  #stalled: NodeJS.Timeout | undefined;
  readonly #total: NodeJS.Timeout;
  readonly #listeners: { drain: () => void; close: () => void };

  constructor(options: Exchange, done: Done) {
    this.#exchange = options;
    this.#done = done;
    this.#listeners = {
      drain: () => this.#callerTakesMore(),
      close: () => this.#callerLeft(),
    };
    options.res.on('drain', this.#listeners.drain);
    options.res.on('close', this.#listeners.close);
    this.#total = setTimeout(() => this.#overdue(), options.totalMs);
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
    const { res, record, request, responseHeaders, again, visit } =
      this.#exchange;
    if (again?.has(status)) {
      controller.abort(new CallAgain(status));
      return;
    }
    record.answered();
    const fields = rawFields(controller);
    const kept = visit?.validated({ status, fields });
    if (kept) {
      this.#expected = 0;
      this.#status = kept.status;
      sendReply(replyOf(kept, {}), this.#exchange);
      return;
    }
    this.#status = status;
    this.#recording = visit?.receive({ status, fields });
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

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    backend: Duplex,
  ): void {
    const { res, record, responseHeaders, onUpgrade } = this.#exchange;
    record.answered();
    this.#status = status;
    this.#finish();
    res.writeHead(status, [
      ...responseHeaders(rawFields(controller), status),
      ...['connection', 'Upgrade', 'upgrade', 'websocket'],
    ]);
    res.end();
    this.#leave();
    onUpgrade!(backend);
    this.#done.resolve(status);
  }

  onResponseData(
    controller: Dispatcher.DispatchController,
    chunk: Buffer,
  ): void {
    const { res, record, stallMs } = this.#exchange;
    record.responseBytes += chunk.length;
    this.#recording?.add(chunk);
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
    this.#leave();
    this.#done.resolve(this.#status);
  }

  onResponseError(
    _controller: Dispatcher.DispatchController,
    error: Error,
  ): void {
    const { res, record } = this.#exchange;
    this.#leave();
    if (this.#gone || res.writableEnded) {
      this.#done.resolve(this.#gone ? undefined : this.#status);
    } else if (res.headersSent) {
      const timedOut = toBackendError(error);
      record.finish(isTimeout(timedOut) ? 'timeout' : 'error', this.#status);
      // Cut, so that half an answer does not look whole.
      res.destroy();
      this.#done.resolve(0);
    } else {
      this.#done.reject(error);
    }
  }

  /** All is there: whoever then asks again gets what is kept, and who has it all has been counted. */
  #finish(): void {
    const { record } = this.#exchange;
    this.#recording?.finish();
    this.#recording = undefined;
    record.finish(this.#status < 500 ? 'success' : 'error', this.#status);
  }

  /** The response outlives this attempt, where another follows. */
  #leave(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#stalled);
    const { res } = this.#exchange;
    res.off('drain', this.#listeners.drain);
    res.off('close', this.#listeners.close);
  }

  #overdue(): void {
    this.#controller?.abort(
      new StoaError(
        'stoa.backend.timeout',
        'The backend did not answer in time.',
        { details: { class: 'timeout' } },
      ),
    );
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

/** Answers from the cache. */
export function sendReply(
  { status, fields, body }: CachedReply,
  to: Pick<Exchange, 'res' | 'record' | 'responseHeaders'>,
): void {
  const { res, record, responseHeaders } = to;
  record.responseBytes = body.length;
  record.finish(status < 500 ? 'success' : 'error', status);
  res.writeHead(status, responseHeaders(fields, status));
  res.end(body);
}

/**
 * Passes one call on and streams the answer back, at the pace of the slower side.
 * Resolves when the answer is over: to the backend's status; to 0 when it was cut by
 * the backend; to nothing when the caller left. Rejects with `CallAgain`, or with `stoa.backend.timeout`,
 * `stoa.backend.unreachable` or the error of the request's body while nothing has
 * been answered. A caller who leaves takes the backend's work away with them.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Exchange,
): Promise<number | undefined> {
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

/** Name and value in turn. */
function rawFields({ rawHeaders }: Dispatcher.DispatchController): string[] {
  const raw = (rawHeaders ?? []) as Array<Buffer | string>;
  return raw.map(field => field.toString('latin1'));
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
