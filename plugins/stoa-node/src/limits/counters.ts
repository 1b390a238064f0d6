import { LoggerService } from '@backstage/backend-plugin-api';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

/** How often something was counted, and for how long that holds. */
export interface Count {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/** Counts by key. A count is forgotten after the counter's seconds from its first call. */
export interface Counter {
  consume(key: string): Promise<Count>;
  get(key: string): Promise<Count | null>;
  /** Begins the count anew, at this number. */
  set(key: string, points: number, seconds: number): Promise<unknown>;
}

/** Where limits are counted: in this process, or in a store that all of them share. */
export interface Counters {
  counter(prefix: string, seconds: number): Counter;
  close(): Promise<void>;
}

/** What is allowed may change from call to call, so that the stores only count; they never refuse. */
const POINTS = Number.MAX_SAFE_INTEGER;
/** A store that takes longer than this for a count is as good as gone. */
const LONGEST_TIMER_S = 2 ** 31 / 1000;
const COMMAND_TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MAX_MS = 2_000;

/** Counts of this process alone, which are gone with it. */
export function memoryCounters(): Counters {
  return {
    counter: (keyPrefix, duration) => memoryCounter(keyPrefix, duration),
    async close() {},
  };
}

function memoryCounter(keyPrefix: string, duration: number): RateLimiterMemory {
  return new RateLimiterMemory({
    keyPrefix,
    points: POINTS,
    // It keeps a timer for each key, and Node's timers end after 24.8 days: of what
    // lasts longer it forgets nothing, one number for each month and key.
    duration: duration < LONGEST_TIMER_S ? duration : 0,
  });
}

/**
 * Counts in Redis or Valkey, one for all processes. While it is gone each process
 * counts for itself, beginning at nothing: calls go on, and as many processes as
 * there are may allow as much each, but no more.
 */
export function redisCounters(options: {
  /** `redis[s]://[user:password@]host[:port][/db]` */
  readonly url: string;
  readonly logger: LoggerService;
}): Counters {
  const { logger } = options;
  const client = new Redis(options.url, {
    // A call that waits for its count must not wait for the store to come back.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: attempt => Math.min(attempt * 100, RETRY_MAX_MS),
  });
  let gone = false;
  const lost = (why: string) => {
    if (gone) return;
    gone = true;
    logger.error(
      `The store of limits is gone (${why}): each process counts for itself until it is back`,
    );
  };
  // Not the message, which may hold the address with its password.
  client.on('error', (error: Error & { code?: string }) =>
    lost(error.code ?? error.name),
  );
  client.on('close', () => lost('closed'));
  client.on('ready', () => {
    if (gone) logger.info('The store of limits is back');
    gone = false;
  });
  return {
    counter: (prefix, duration) => {
      const keyPrefix = `stoa:${prefix}`;
      return new RateLimiterRedis({
        storeClient: client,
        keyPrefix,
        points: POINTS,
        duration,
        rejectIfRedisNotReady: true,
        insuranceLimiter: memoryCounter(keyPrefix, duration),
      });
    },
    async close() {
      gone = true;
      client.disconnect();
    },
  };
}
