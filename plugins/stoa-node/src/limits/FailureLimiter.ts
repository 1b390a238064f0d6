import { LRUCache } from 'lru-cache';

export interface FailureLimiterOptions {
  /** Failures a minute that a source may cause. */
  readonly perMinute: number;
  /** Sources remembered at once; the one unseen for longest is forgotten first. */
  readonly maxSources?: number;
  /** Milliseconds, for tests. */
  readonly now?: () => number;
}

interface Window {
  readonly endsAt: number;
  count: number;
}

const WINDOW_MS = 60_000;

/**
 * Bounds how often a source may be wrong (bad keys, bad passwords), with memory
 * that is bounded whoever asks. What succeeds is not counted.
 */
export class FailureLimiter {
  readonly #windows: LRUCache<string, Window>;
  readonly #perMinute: number;
  readonly #now: () => number;

  constructor(options: FailureLimiterOptions) {
    this.#perMinute = options.perMinute;
    this.#now = options.now ?? Date.now;
    this.#windows = new LRUCache({ max: options.maxSources ?? 10_000 });
  }

  /** Seconds until the source may try again; 0 when it may now. */
  blockedFor(source: string): number {
    const window = this.#windows.get(source);
    if (!window || window.count < this.#perMinute) return 0;
    return Math.max(0, Math.ceil((window.endsAt - this.#now()) / 1000));
  }

  failed(source: string): void {
    const window = this.#windows.get(source);
    const now = this.#now();
    if (window && window.endsAt > now) {
      window.count++;
    } else {
      this.#windows.set(source, { endsAt: now + WINDOW_MS, count: 1 });
    }
  }

  /** Takes one failure back: where checking takes long, it is counted before, or many could be tried at once. */
  forgive(source: string): void {
    const window = this.#windows.get(source);
    if (window && window.count > 0) window.count--;
  }
}
