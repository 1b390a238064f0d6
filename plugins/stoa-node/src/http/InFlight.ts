import type { ServerResponse } from 'node:http';

/** The answers that are being made, so that a stop can wait for them. */
export class InFlight {
  readonly #responses = new Set<ServerResponse>();
  #onGone: (() => void) | undefined;

  add(res: ServerResponse): void {
    this.#responses.add(res);
    res.once('close', () => {
      this.#responses.delete(res);
      this.#onGone?.();
    });
  }

  /**
   * Resolves when no answer is being made any more, or after `timeoutMs`. Event
   * streams are not waited for: they have no end of their own, and are ended by
   * those who serve them.
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

function mustEnd(res: ServerResponse): boolean {
  const type = res.getHeader('content-type');
  return !(
    res.headersSent &&
    typeof type === 'string' &&
    type.startsWith('text/event-stream')
  );
}
