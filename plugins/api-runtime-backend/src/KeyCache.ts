import { StoaError } from '@stoa/plugin-stoa-common';
import { LRUCache } from 'lru-cache';

/** What the control plane says about a key. */
export interface KeyFacts {
  readonly status: string;
  readonly subscriptionId: string;
  readonly applicationId: string;
  readonly subscriberId: string;
  readonly tenantId: string;
  readonly apiId: string;
  readonly perMinute: number;
  readonly burst: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

export interface KeyCacheOptions {
  /** Asks the control plane; `undefined` when there is no such key. Rejects when it cannot be asked. */
  readonly lookup: (hash: string) => Promise<KeyFacts | undefined>;
  /** True while the control plane would tell of a revocation within a second. */
  readonly isFeedLive: () => boolean;
  /** Milliseconds for which an answer holds. 0: every call asks. */
  readonly leaseMs: number;
  /** Keys kept at once. */
  readonly maxKeys?: number;
  /** A steady clock in milliseconds. */
  readonly now?: () => number;
}

interface Answer {
  readonly facts: KeyFacts | undefined;
  /** When it was asked for, not when it came. */
  readonly askedAt: number;
}

interface Flight {
  readonly startedAt: number;
  answer: Promise<KeyFacts | undefined>;
  /** The key changed while it was asked about: the answer may be older than that. */
  overtaken: boolean;
}

/** An unknown key is remembered so long. One that waits for approval is asked about each time: it works at once. */
const UNKNOWN_MS = 1_000;
/** A question older than this is not shared with new callers: its answer may be older than a revocation. */
const JOIN_MS = 500;
/** After a failure, those who have a last answer are served from it for this long before asking again. */
const PAUSE_MS = 1_000;
const MAX_TRIES = 3;

/**
 * Knows keys by hash. While the feed is live an answer holds for its lease, because
 * the feed says when it changes; while the feed is silent every call asks; when the
 * control plane cannot be asked, the last answer holds until its lease is over.
 */
export class KeyCache {
  readonly #options: KeyCacheOptions;
  readonly #now: () => number;
  // Apart, so that whoever tries many keys does not push out those that work.
  readonly #active: LRUCache<string, Answer>;
  readonly #refused: LRUCache<string, Answer>;
  readonly #flights = new Map<string, Flight[]>();
  /** Answers asked for until then may be out of date: something was not heard. */
  #doubtfulUntil = -Infinity;
  #pausedUntil = -Infinity;

  constructor(options: KeyCacheOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const max = options.maxKeys ?? 100_000;
    this.#active = new LRUCache({ max });
    this.#refused = new LRUCache({ max: Math.ceil(max / 10) });
  }

  /** The facts without asking anybody, when they are known and current. */
  peek(hash: string): KeyFacts | undefined {
    const answer = this.#active.get(hash);
    return answer && this.#isCurrent(answer) ? answer.facts : undefined;
  }

  /** The facts, `undefined` for an unknown key. Throws `stoa.unavailable` when nobody can tell. */
  async find(hash: string): Promise<KeyFacts | undefined> {
    const known = this.#recall(hash);
    if (known && this.#isCurrent(known)) return known.facts;
    const holds = (answer: Answer | undefined) =>
      answer && this.#now() - answer.askedAt < this.#options.leaseMs;
    if (known && holds(known) && this.#now() < this.#pausedUntil) {
      return known.facts;
    }
    try {
      return await this.#ask(hash);
    } catch (error) {
      this.#pausedUntil = this.#now() + PAUSE_MS;
      // Read again: it may have been forgotten while we asked.
      const last = this.#recall(hash);
      if (last && holds(last)) return last.facts;
      throw new StoaError(
        'stoa.unavailable',
        'API keys cannot be checked at the moment.',
        { cause: error },
      );
    }
  }

  /** The key was revoked or changed: what was known of it, or is being asked, no longer counts. */
  forget(hash: string): void {
    this.#active.delete(hash);
    this.#refused.delete(hash);
    for (const flight of this.#flights.get(hash) ?? []) flight.overtaken = true;
  }

  /** Changes may have been missed: every key is asked about again before it is used. */
  doubtAll(): void {
    this.#doubtfulUntil = this.#now();
  }

  #recall(hash: string): Answer | undefined {
    return this.#active.get(hash) ?? this.#refused.get(hash);
  }

  #isCurrent({ askedAt, facts }: Answer): boolean {
    const { leaseMs, isFeedLive } = this.#options;
    if (facts && facts.status !== 'active') return false;
    const holdsMs = facts ? leaseMs : Math.min(leaseMs, UNKNOWN_MS);
    return (
      this.#now() - askedAt < holdsMs &&
      askedAt > this.#doubtfulUntil &&
      isFeedLive()
    );
  }

  #ask(hash: string): Promise<KeyFacts | undefined> {
    const flights = this.#flights.get(hash) ?? [];
    const latest = flights.at(-1);
    if (latest && this.#now() - latest.startedAt < JOIN_MS) {
      return latest.answer;
    }
    const flight: Flight = {
      startedAt: this.#now(),
      answer: Promise.resolve(undefined),
      overtaken: false,
    };
    flights.push(flight);
    this.#flights.set(hash, flights);
    flight.answer = this.#fly(hash, flight).finally(() => {
      flights.splice(flights.indexOf(flight), 1);
      if (flights.length === 0) this.#flights.delete(hash);
    });
    return flight.answer;
  }

  async #fly(hash: string, flight: Flight): Promise<KeyFacts | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      flight.overtaken = false;
      const askedAt = this.#now();
      const facts = await this.#options.lookup(hash);
      if (flight.overtaken) continue;
      this.#keep(hash, { facts, askedAt });
      return facts;
    }
    throw new Error('the key kept changing while it was looked up');
  }

  #keep(hash: string, answer: Answer): void {
    const known = this.#recall(hash);
    if (known && known.askedAt > answer.askedAt) return;
    const active = answer.facts?.status === 'active';
    (active ? this.#active : this.#refused).set(hash, answer);
    (active ? this.#refused : this.#active).delete(hash);
  }
}
