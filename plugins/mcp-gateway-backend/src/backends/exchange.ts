import type { Agent, Dispatcher } from 'undici';

/** The answer to a request, as far as it is taken. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** There was more than may be passed on. */
  readonly cut: boolean;
}

export interface ExchangeOptions {
  readonly maxBytes: number;
  /** For the whole exchange, however steadily the other side answers. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** The head of the answer is there. */
  readonly onHead: () => void;
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #resolve: (exchanged: Exchanged) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #headers: Exchanged['headers'] = {};
  #controller: Dispatcher.DispatchController | undefined;
  #over = false;
  /** Why it was given up. */
  #reason: Error | undefined;

  constructor(
    options: ExchangeOptions,
    resolve: (exchanged: Exchanged) => void,
    reject: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => {
      this.#giveUp(new DOMException('It took too long.', 'TimeoutError'));
    }, options.timeoutMs);
    const { signal } = options;
    if (signal?.aborted) this.#giveUp(signal.reason);
    signal?.addEventListener('abort', () => this.#giveUp(signal.reason), {
      once: true,
    });
  }

  /** Not called before there is a connection, and again when another one has to be taken. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#reason) controller.abort(this.#reason);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Exchanged['headers'],
  ): void {
    // Heads of 1xx come before the one that counts (RFC 9110 §15.2).
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    this.#options.onHead();
  }

  onResponseData(
    controller: Dispatcher.DispatchController,
    chunk: Buffer,
  ): void {
    if (this.#over) return;
    this.#size += chunk.length;
    if (this.#size <= this.#options.maxBytes) {
      this.#chunks.push(chunk);
      return;
    }
    this.#finish(true);
    controller.abort(new Error('There is more than is wanted.'));
  }

  onResponseEnd(): void {
    if (!this.#over) this.#finish(false);
  }

  onResponseError(
    _controller: Dispatcher.DispatchController,
    error: Error,
  ): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#reject(error);
  }

  #finish(cut: boolean): void {
    this.#over = true;
    clearTimeout(this.#timer);
    const chunks = this.#chunks;
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks),
      cut,
    });
  }

  #giveUp(reason: Error): void {
    // The connection may serve another request by now.
    if (this.#over) return;
    this.#over = true;
    this.#reason = reason;
    clearTimeout(this.#timer);
    this.#reject(reason);
    this.#controller?.abort(reason);
  }
}

/**
 * Sends a request and waits for its whole answer, or for as much of it as is wanted:
 * what lies beyond is never held. Rejects with undici's error, the reason of `signal`,
 * or a `TimeoutError`. It is made of what undici's `request` is made of, because no
 * stream is needed for what is wanted whole.
 */
export function exchange(
  agent: Agent,
  request: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    agent.dispatch(request, new Exchange(options, resolve, reject));
  });
}
