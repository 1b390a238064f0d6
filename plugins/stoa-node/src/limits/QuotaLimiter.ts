import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { LRUCache } from 'lru-cache';
import { StepConfig } from '../apiPolicies';
import { Counters, memoryCounters } from './counters';

/** What a quota allows: calls a day and a month, of the calendar, in UTC. */
export interface Quota {
  readonly perDay?: number;
  readonly perMonth?: number;
}

/** What calls are counted towards a quota together. */
export interface QuotaSubject {
  readonly per: StepConfig<'quota'>['per'];
  readonly tenantId: string;
  /** Of the environment alone, where there is one. */
  readonly environment?: string;
  /** Of the subscription, application, person or API; the tenant's own for a tenant; of a tool `<server>/<name>`. */
  readonly id: string;
}

/** Calls of a subject that were metered before. */
export interface QuotaUsed {
  readonly day: number;
  readonly month: number;
}

/** What became of one call, as the tightest quota has it. `resetSeconds` is when the day or month ends. */
export interface QuotaDecision {
  readonly allowed: boolean;
  readonly window: 'day' | 'month';
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

const DAY_S = 86_400;
const MONTH_S = 31 * DAY_S;
/** Counts outlive their window a little: clocks differ. */
const GRACE_S = 3_600;
const MAX_SUBJECTS = 100_000;
/** Calls do not wait for who does not answer. */
const PAUSE_MS = 5_000;

/**
 * Counts calls by day and by month. A count that nobody holds yet, such as after a
 * restart, begins with the calls that were metered. While nobody can tell them it
 * begins at nothing: a quota of more than the plan is better than an outage.
 */
export class QuotaLimiter {
  readonly #counters;
  readonly #usedBefore: (subject: QuotaSubject) => Promise<QuotaUsed>;
  readonly #logger: LoggerService;
  readonly #now: () => Date;
  /** What was begun, or is about to be, by window and subject. */
  readonly #begun = new LRUCache<string, Promise<void>>({
    max: MAX_SUBJECTS,
  });
  /** What lacks the calls before, which nobody could tell. */
  readonly #incomplete = new LRUCache<string, true>({ max: MAX_SUBJECTS });
  #pausedUntil = -Infinity;

  constructor(options: {
    readonly counters?: Counters;
    readonly usedBefore: (subject: QuotaSubject) => Promise<QuotaUsed>;
    readonly logger: LoggerService;
    readonly now?: () => Date;
  }) {
    const counters = options.counters ?? memoryCounters();
    this.#counters = {
      day: counters.counter('qd', DAY_S + GRACE_S),
      month: counters.counter('qm', MONTH_S + GRACE_S),
    };
    this.#usedBefore = options.usedBefore;
    this.#logger = options.logger;
    this.#now = options.now ?? (() => new Date());
  }

  /** Counts one call; nothing where there is no quota. */
  async take(
    subject: QuotaSubject,
    quota: Quota,
  ): Promise<QuotaDecision | undefined> {
    const now = this.#now();
    const decisions: QuotaDecision[] = [];
    for (const [window, limit] of [
      ['day', quota.perDay],
      ['month', quota.perMonth],
    ] as const) {
      if (limit === undefined) continue;
      decisions.push(await this.#count(subject, window, limit, now));
    }
    return decisions.reduce<QuotaDecision | undefined>(
      (tightest, decision) =>
        tightest && isTighter(tightest, decision) ? tightest : decision,
      undefined,
    );
  }

  async #count(
    subject: QuotaSubject,
    window: 'day' | 'month',
    limit: number,
    now: Date,
  ): Promise<QuotaDecision> {
    const { per, tenantId, environment = '', id } = subject;
    const name = now.toISOString().slice(0, window === 'day' ? 10 : 7);
    const key = [name, per, tenantId, environment, id].join(' ');
    const counter = this.#counters[window];
    let begun = this.#begun.get(key);
    if (!begun) {
      begun = this.#begin(subject, window, key);
      this.#begun.set(key, begun);
    }
    await begun;
    const { consumedPoints: used } = await counter.consume(key);
    return {
      allowed: used <= limit,
      window,
      limit,
      remaining: Math.max(0, limit - used),
      resetSeconds: secondsLeft(window, now),
    };
  }

  async #begin(
    subject: QuotaSubject,
    window: 'day' | 'month',
    key: string,
  ): Promise<void> {
    const counter = this.#counters[window];
    const now = this.#now().getTime();
    try {
      const current = await counter.get(key);
      // Another process has begun it, or this one before a restart of the store's client.
      if (current && !this.#incomplete.has(key)) return;
      if (now < this.#pausedUntil) throw new Error('asked just now, in vain');
      const used = (await this.#usedBefore(subject))[window];
      const seconds = window === 'day' ? DAY_S : MONTH_S;
      const counted = current?.consumedPoints ?? 0;
      if (used > 0) await counter.set(key, used + counted, seconds + GRACE_S);
      this.#incomplete.delete(key);
    } catch (error) {
      this.#begun.delete(key);
      this.#incomplete.set(key, true);
      if (now < this.#pausedUntil) return;
      this.#pausedUntil = now + PAUSE_MS;
      this.#logger.warn(
        `What was used of quotas before cannot be told: ${stringifyError(
          error,
        )}`,
      );
    }
  }
}

function isTighter(a: QuotaDecision, b: QuotaDecision): boolean {
  return a.allowed === b.allowed ? a.remaining <= b.remaining : !a.allowed;
}

function secondsLeft(window: 'day' | 'month', now: Date): number {
  const end = new Date(now);
  if (window === 'day') end.setUTCHours(24, 0, 0, 0);
  else {
    end.setUTCMonth(end.getUTCMonth() + 1, 1);
    end.setUTCHours(0, 0, 0, 0);
  }
  return Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1000));
}
