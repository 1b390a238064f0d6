import type { Response } from 'express';
import { FeedItem, FeedStore } from './FeedStore';

/** Everything that holds now, for a gateway that starts from nothing. */
export type Snapshot = (
  kinds: ReadonlySet<string> | undefined,
) => AsyncIterable<Omit<FeedItem, 'seq'>>;

const HEARTBEAT_MS = 250;
const BATCH = 500;

/** Something to wait for that may have happened before one waits. */
class Signal {
  #raised = false;
  #wake: (() => void) | undefined;

  raise(): void {
    this.#raised = true;
    this.#wake?.();
  }

  lower(): void {
    this.#raised = false;
  }

  async raised(): Promise<void> {
    if (this.#raised) return;
    await new Promise<void>(resolve => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}

/**
 * Serves the feed as server-sent events: a snapshot where needed, then items as
 * they come. New items are read when the relay says so, and with every heartbeat
 * in case another process carried them.
 */
export class FeedStream {
  readonly #listeners = new Set<() => void>();
  readonly #open = new Map<Response, ReadonlySet<string> | undefined>();

  constructor(readonly store: FeedStore, readonly snapshot: Snapshot) {}

  /** To be called when an item was appended. */
  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  /** How many are told where calls go: the gateways, others that follow not. */
  get gateways(): number {
    return [...this.#open.values()].filter(kinds => kinds?.has('route') ?? true)
      .length;
  }

  /** Ends every stream, so that the process can stop. */
  close(): void {
    for (const response of this.#open.keys()) response.end();
  }

  async serve(
    response: Response,
    options: { after?: number; kinds?: ReadonlySet<string> },
  ): Promise<void> {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    this.#open.set(response, options.kinds);
    const news = new Signal();
    const listener = () => news.raise();
    this.#listeners.add(listener);
    const timer = setInterval(() => {
      if (!response.writableNeedDrain) response.write(':\n\n');
      listener();
    }, HEARTBEAT_MS);
    const closed = new Promise<void>(resolve => {
      response.on('close', () => {
        clearInterval(timer);
        this.#listeners.delete(listener);
        this.#open.delete(response);
        news.raise();
        resolve();
      });
    });
    try {
      let seq =
        options.after ?? (await this.#reset(response, options.kinds, closed));
      while (!response.writableEnded && !response.destroyed) {
        news.lower();
        const items = await this.store.after(seq, BATCH);
        if (items === undefined) {
          seq = await this.#reset(response, options.kinds, closed);
          continue;
        }
        for (const item of items) {
          if (!options.kinds || options.kinds.has(item.kind))
            write(response, 'item', item, item.seq);
          seq = item.seq;
        }
        if (items.length === 0) await news.raised();
        await drained(response, closed);
      }
    } finally {
      response.end();
    }
  }

  async #reset(
    response: Response,
    kinds: ReadonlySet<string> | undefined,
    closed: Promise<void>,
  ): Promise<number> {
    const seq = await this.store.head();
    write(response, 'reset', {});
    for await (const item of this.snapshot(kinds)) {
      if (response.destroyed) break;
      write(response, 'item', item);
      await drained(response, closed);
    }
    write(response, 'synced', { seq }, seq);
    return seq;
  }
}

function write(
  response: Response,
  event: string,
  data: object,
  id?: number,
): void {
  response.write(
    `event: ${event}\n${
      id === undefined ? '' : `id: ${id}\n`
    }data: ${JSON.stringify(data)}\n\n`,
  );
}

/** A reader that does not keep up is waited for, not buffered. */
async function drained(
  response: Response,
  closed: Promise<void>,
): Promise<void> {
  if (!response.writableNeedDrain) return;
  await Promise.race([
    new Promise<void>(resolve => response.once('drain', resolve)),
    closed,
  ]);
}
