import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { setTimeout as delay } from 'node:timers/promises';
import { readServerSentEvents, ServerSentEvent } from './serverSentEvents';

export const FEED_KINDS = [
  'route',
  'key',
  'subscription',
  'entity',
  'plan',
  'server',
  'tool',
  'tenant',
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** One change of the control plane's state. `value` is absent for `delete`. */
export interface FeedItem {
  /** Absent while the whole state is sent, between `reset` and `synced`. */
  readonly seq?: number;
  readonly kind: FeedKind;
  readonly op: 'put' | 'delete';
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

/**
 * `connecting`: no complete picture yet, or the connection is being made again;
 * `syncing`: between `reset` and `synced`; `live`: complete and heard from within
 * a second; `stale`: complete once, silent since; `stopped`: not running.
 */
export type FeedState = 'connecting' | 'syncing' | 'live' | 'stale' | 'stopped';

export interface FeedClientOptions {
  /** Address of the feed, without query. Asked again at each connection. */
  readonly url: () => Promise<string>;
  /** Bearer token. Asked again at each connection, so that it is always fresh. */
  readonly token: () => Promise<string>;
  readonly kinds: readonly FeedKind[];
  readonly logger: LoggerService;
  /** All that was known is void; the items that follow are the whole state, up to `onSynced`. */
  readonly onReset: () => void;
  readonly onItem: (item: FeedItem) => void;
  /** The items since `onReset` are complete as of `seq`. */
  readonly onSynced: (seq: number) => void;
}

/** Silence after which what is known may be out of date. The heartbeat comes every 250 ms. */
const STALE_MS = 1_000;
/** Silence after which the connection is given up and made again. */
const DEAD_MS = 5_000;
const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 5_000;

/**
 * Follows the control plane's feed (server-sent events) for as long as it runs:
 * reconnects with backoff from the last complete position, and with a fresh
 * token. Callbacks are synchronous and called in order; one that throws makes the
 * client forget its position and begin anew from a reset, so that nothing is lost.
 */
export class FeedClient {
  readonly #options: FeedClientOptions;
  #abort: AbortController | undefined;
  #running: Promise<void> | undefined;
  #heardAt: number | undefined;
  #position: number | undefined;
  #syncing = false;
  #connected = false;

  constructor(options: FeedClientOptions) {
    this.#options = options;
  }

  /** Begins in the background and returns at once. */
  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#running = this.#run(this.#abort.signal);
  }

  /** Ends the connection; no callback is called after it resolves. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    await this.#running;
    this.#abort = undefined;
  }

  /** Milliseconds since anything was heard, heartbeats included; `Infinity` before the first word. */
  get lastSeenMs(): number {
    return this.#heardAt === undefined
      ? Infinity
      : performance.now() - this.#heardAt;
  }

  state(): FeedState {
    if (!this.#abort) return 'stopped';
    if (this.#syncing) return 'syncing';
    if (this.#position === undefined) return 'connecting';
    if (this.lastSeenMs > STALE_MS) return 'stale';
    return this.#connected ? 'live' : 'connecting';
  }

  async #run(signal: AbortSignal): Promise<void> {
    let wait = BACKOFF_MIN_MS;
    while (!signal.aborted) {
      const startedAt = performance.now();
      try {
        await this.#follow(signal);
        this.#options.logger.debug('The feed ended, connecting again');
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.warn(
          `The feed failed, connecting again: ${stringifyError(error)}`,
        );
      } finally {
        this.#connected = false;
        this.#syncing = false;
      }
      // A connection that lasted proves the other side well: begin with short waits again.
      if (performance.now() - startedAt > BACKOFF_MAX_MS) wait = BACKOFF_MIN_MS;
      await delay(wait * (0.5 + Math.random() / 2), undefined, {
        signal,
      }).catch(() => {});
      wait = Math.min(wait * 2, BACKOFF_MAX_MS);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const silence = new AbortController();
    const watchdog = setTimeout(
      () => silence.abort(new Error(`silent for ${DEAD_MS} ms`)),
      DEAD_MS,
    );
    try {
      const url = new URL(await this.#options.url());
      url.searchParams.set('kinds', this.#options.kinds.join(','));
      if (this.#position !== undefined) {
        url.searchParams.set('after', String(this.#position));
      }
      const response = await fetch(url, {
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${await this.#options.token()}`,
        },
        redirect: 'error',
        signal: AbortSignal.any([signal, silence.signal]),
      });
      if (!response.ok || !response.body) {
        await response.body?.cancel();
        throw new Error(`the control plane answered ${response.status}`);
      }
      const heard = () => {
        this.#heardAt = performance.now();
        watchdog.refresh();
      };
      heard();
      this.#connected = true;
      for await (const event of readServerSentEvents(response.body, heard)) {
        if (signal.aborted) return;
        this.#handle(event);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  #handle(event: ServerSentEvent): void {
    const { onReset, onItem, onSynced } = this.#options;
    try {
      switch (event.event) {
        case 'reset':
          this.#syncing = true;
          this.#position = undefined;
          onReset();
          break;
        case 'item': {
          const item = parseItem(event, { numbered: !this.#syncing });
          if (!this.#syncing && this.#position === undefined) {
            throw new Error('the feed sent an item before a reset');
          }
          onItem(item);
          // While syncing, items come in the order of the state and have no
          // numbers: the position counts from `synced` on.
          if (!this.#syncing) this.#position = item.seq;
          break;
        }
        case 'synced': {
          const seq = parseSeq(JSON.parse(event.data).seq);
          onSynced(seq);
          this.#syncing = false;
          this.#position = seq;
          break;
        }
        default: // Newer control planes may say more than this client knows.
      }
    } catch (error) {
      this.#position = undefined;
      throw error;
    }
  }
}

function parseSeq(value: unknown): number {
  const seq = typeof value === 'string' ? Number(value) : value;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) {
    throw new Error('a message of the feed has no sequence number');
  }
  return seq;
}

function parseItem(
  event: ServerSentEvent,
  { numbered }: { numbered: boolean },
): FeedItem {
  const data: unknown = JSON.parse(event.data);
  if (typeof data !== 'object' || data === null) {
    throw new Error('an item of the feed is no object');
  }
  const { kind, op, key, value } = data as Record<string, unknown>;
  const known = FEED_KINDS.find(k => k === kind);
  if (!known || (op !== 'put' && op !== 'delete') || typeof key !== 'string') {
    throw new Error('an item of the feed has an unknown shape');
  }
  return {
    ...(numbered && { seq: parseSeq(event.id) }),
    kind: known,
    op,
    key,
    ...(isRecord(value) && { value }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
