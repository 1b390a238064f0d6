import { StoaError } from '@stoa/plugin-stoa-common';
import { LRUCache } from 'lru-cache';

/** What is looked up has a state; only what is `active` is remembered for the lease. */
export interface Facts {
  readonly status: string;
}

export interface LookupCacheOptions<F extends Facts> {
  /** Asks the control plane; `undefined` when there is nothing under that name. Rejects when it cannot be asked. */
  readonly lookup: (name: string) => Promise<F | undefined>;
  /** True while the control plane would tell of a revocation within a second. */
  readonly isFeedLive: () => boolean;
  /** Milliseconds for which an answer holds. 0: every call asks. */
  readonly leaseMs: number;
  /** Names kept at once. */
  readonly maxEntries?: number;
  /** A steady clock in milliseconds. */
  readonly now?: () => number;
}

interface Answer<F> {
  readonly facts: F | undefined;
  /** When it was asked for, not when it came. */
  readonly askedAt: number;
}

interface Flight<F> {
  readonly startedAt: number;
  answer: Promise<F | undefined>;
  /** It changed while it was asked about: the answer may be older than that. */
  overtaken: boolean;
}

/** What is unknown is remembered so long. What waits for approval is asked about each time: it works at once. */
const UNKNOWN_MS = 1_000;
/** A question older than this is not shared with new callers: its answer may be older than a revocation. */
const JOIN_MS = 500;
/** After a failure, those who have a last answer are served from it for this long before asking again. */
const PAUSE_MS = 1_000;
const MAX_TRIES = 3;

/**
 * Knows keys by hash, or people by subject. While the feed is live an answer holds for its lease, because
 * the feed says when it changes; while the feed is silent every call asks; when the
 * control plane cannot be asked, the last answer holds until its lease is over.
 */
export class LookupCache<F extends Facts> {
  readonly #options: LookupCacheOptions<F>;
  readonly #now: () => number;
  // Apart, so that whoever tries many keys does not push out those that work.
  readonly #active: LRUCache<string, Answer<F>>;
  readonly #refused: LRUCache<string, Answer<F>>;
  readonly #flights = new Map<string, Flight<F>[]>();
  /** Answers asked for until then may be out of date: something was not heard. */
  #doubtfulUntil = -Infinity;
  #pausedUntil = -Infinity;

  constructor(options: LookupCacheOptions<F>) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const max = options.maxEntries ?? 100_000;
    this.#active = new LRUCache({ max });
    this.#refused = new LRUCache({ max: Math.ceil(max / 10) });
  }

  /** The facts without asking anybody, when they are known and current. */
  peek(name: string): F | undefined {
    const answer = this.#active.get(name);
    return answer && this.#isCurrent(answer) ? answer.facts : undefined;
  }

  /** The facts, `undefined` for an unknown one. Throws `stoa.unavailable` when nobody can tell. */
  async find(name: string): Promise<F | undefined> {
    const known = this.#recall(name);
    if (known && this.#isCurrent(known)) return known.facts;
    const holds = (answer: Answer<F> | undefined) =>
      answer && this.#now() - answer.askedAt < this.#options.leaseMs;
    if (known && holds(known) && this.#now() < this.#pausedUntil) {
      return known.facts;
    }
    try {
      return await this.#ask(name);
    } catch (error) {
      this.#pausedUntil = this.#now() + PAUSE_MS;
      // Read again: it may have been forgotten while we asked.
      const last = this.#recall(name);
      if (last && holds(last)) return last.facts;
      throw new StoaError(
        'stoa.unavailable',
        'Keys and subscriptions cannot be checked at the moment.',
        { cause: error },
      );
    }
  }

  /** It was revoked or changed: what was known of it, or is being asked, no longer counts. */
  forget(name: string): void {
    this.#active.delete(name);
    this.#refused.delete(name);
    for (const flight of this.#flights.get(name) ?? []) flight.overtaken = true;
  }

  /** Changes may have been missed: everything is asked about again before it is used. */
  doubtAll(): void {
    this.#doubtfulUntil = this.#now();
  }

  #recall(name: string): Answer<F> | undefined {
    return this.#active.get(name) ?? this.#refused.get(name);
  }

  #isCurrent({ askedAt, facts }: Answer<F>): boolean {
    const { leaseMs, isFeedLive } = this.#options;
    if (facts && facts.status !== 'active') return false;
    const holdsMs = facts ? leaseMs : Math.min(leaseMs, UNKNOWN_MS);
    return (
      this.#now() - askedAt < holdsMs &&
      askedAt > this.#doubtfulUntil &&
      isFeedLive()
    );
  }

  #ask(name: string): Promise<F | undefined> {
    const flights = this.#flights.get(name) ?? [];
    const latest = flights.at(-1);
    if (latest && this.#now() - latest.startedAt < JOIN_MS) {
      return latest.answer;
    }
    const flight: Flight<F> = {
      startedAt: this.#now(),
      answer: Promise.resolve(undefined),
      overtaken: false,
    };
    flights.push(flight);
    this.#flights.set(name, flights);
    flight.answer = this.#fly(name, flight).finally(() => {
      flights.splice(flights.indexOf(flight), 1);
      if (flights.length === 0) this.#flights.delete(name);
    });
    return flight.answer;
  }

  async #fly(name: string, flight: Flight<F>): Promise<F | undefined> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      flight.overtaken = false;
      const askedAt = this.#now();
      const facts = await this.#options.lookup(name);
      if (flight.overtaken) continue;
      this.#keep(name, { facts, askedAt });
      return facts;
    }
    throw new Error('it kept changing while it was looked up');
  }

  #keep(name: string, answer: Answer<F>): void {
    const known = this.#recall(name);
    if (known && known.askedAt > answer.askedAt) return;
    const active = answer.facts?.status === 'active';
    (active ? this.#active : this.#refused).set(name, answer);
    (active ? this.#refused : this.#active).delete(name);
  }
}
