import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The answers that are being made, so that a stop can wait for them. */
export class InFlight {
  readonly #responses = new Set<ServerResponse>();
  readonly #sockets = new WeakSet<Socket>();
  #onGone: (() => void) | undefined;

  add(res: ServerResponse): void {
    this.#responses.add(res);
    res.once('close', () => this.#gone(res));
    this.#endWith(res.req.socket);
  }

  /** In Node 22 an answer that waits behind others on a connection is not closed with it. */
  #endWith(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => {
      for (const res of this.#responses)
        if (res.req.socket === socket) this.#gone(res);
    });
  }

  #gone(res: ServerResponse): void {
    this.#responses.delete(res);
    this.#onGone?.();
  }

  /**
   * Resolves when no answer is being made any more, or after `timeoutMs`. Event
   * streams and polls for news are not waited for: they have no end of their own,
   * and are ended by those who serve them.
   */
  async settled(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>(resolve => {
      this.#onGone = () => {
        if (![...this.#responses].some(mustEnd)) resolve();
      };
      timer = setTimeout(resolve, timeoutMs);
      this.#onGone();
    });
    clearTimeout(timer);
    this.#onGone = undefined;
  }
}

/** Where Backstage's event bus answers 202 at once, and ends the answer when there is news, or after a minute. */
const EVENT_BUS_POLL = /^\/api\/events\/bus\/v1\/subscriptions\/[^/]+\/events$/;

function mustEnd(res: ServerResponse): boolean {
  if (!res.headersSent) return true;
  // Nor for what is no longer HTTP.
  if (res.statusCode === 101) return false;
  const type = res.getHeader('content-type');
  const isStream =
    typeof type === 'string' && type.startsWith('text/event-stream');
  return !isStream && !EVENT_BUS_POLL.test(addressOf(res.req));
}

/** As the caller has asked: Express takes the part of a mounted router out of `url`. */
function addressOf(req: IncomingMessage & { originalUrl?: string }): string {
  return (req.originalUrl ?? req.url ?? '').split('?', 1)[0];
}
