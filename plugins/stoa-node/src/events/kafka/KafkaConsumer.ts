import { setTimeout as delay } from 'node:timers/promises';
import { LoggerService } from '@backstage/backend-plugin-api';
import { Topic } from '@stoa/plugin-stoa-common';
import { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { withTraceparent } from '../../telemetry/spans';
import { Subscription, TryLater } from '../EventBus';
import { toEvent } from './envelope';
import { KafkaMetrics } from './metrics';
import { KafkaProducer } from './KafkaProducer';
import { KafkaSettings } from './settings';
import { deadLetterName, topicName } from './topics';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;
const RESTART_MS = 1_000;
const HEARTBEAT_MS = 1_000;

class Unreadable extends Error {}

/** The consumer of one group in this process; others of the group share the partitions with it. */
export class KafkaConsumer {
  readonly #topics: ReadonlyMap<string, Topic>;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(
    readonly options: {
      readonly kafka: Kafka;
      readonly settings: KafkaSettings;
      readonly subscription: Subscription;
      readonly producer: KafkaProducer;
      readonly metrics: KafkaMetrics;
      readonly logger: LoggerService;
      /** Makes what is missing on the cluster. */
      readonly ready: () => Promise<void>;
    },
  ) {
    const { settings, subscription } = options;
    this.#topics = new Map(
      subscription.topics.map(topic => [topicName(settings, topic), topic]),
    );
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Finishes the event in hand; what was not handled comes to another of the group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** A consumer that ended, for whatever reason, is followed by another one. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const consumer = this.#create();
      try {
        await this.options.ready();
        const ended = crash(consumer);
        await this.#consume(consumer);
        await Promise.race([ended, aborted(signal)]);
      } catch (error) {
        this.options.logger.warn(
          `The consumer ${this.options.subscription.group} starts again: ${
            (error as Error).message
          }`,
        );
      }
      await consumer.disconnect().catch(() => {});
      await sleep(RESTART_MS, signal);
    }
  }

  #create(): Consumer {
    const { kafka, settings, subscription } = this.options;
    return kafka.consumer({
      groupId: `${settings.prefix}stoa.${subscription.group}`,
      allowAutoTopicCreation: false,
      sessionTimeout: 10_000,
      heartbeatInterval: HEARTBEAT_MS,
      // Who joins and leaves waits for the fetch in hand.
      maxWaitTimeInMs: 250,
      retry: { restartOnFailure: async () => false },
    });
  }

  async #consume(consumer: Consumer): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({
      topics: [...this.#topics.keys()],
      // What was published before the group first came is for it as well.
      fromBeginning: true,
    });
    await consumer.run({
      eachBatchAutoResolve: false,
      autoCommitInterval: 500,
      // A partition that waits for a broken event holds up none of the others.
      partitionsConsumedConcurrently:
        this.#topics.size * this.options.settings.topics.partitions,
      eachBatch: payload => this.#batch(payload),
    });
  }

  async #batch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset } = payload;
    const { metrics, subscription } = this.options;
    const topic = this.#topics.get(batch.topic)!;
    const { group } = subscription;
    const { signal } = this.#stopping;
    for (const message of batch.messages) {
      if (signal.aborted || !payload.isRunning() || payload.isStale()) return;
      metrics.lag(group, topic, batch, message.offset);
      // A handler may take longer than a session without a sign of life.
      const alive = setInterval(
        () => void heartbeat().catch(() => {}),
        HEARTBEAT_MS,
      );
      try {
        if (!(await this.#handle(topic, message, payload))) return;
      } finally {
        clearInterval(alive);
      }
      resolveOffset(message.offset);
      metrics.consumed(topic, group);
      metrics.lag(group, topic, batch, String(BigInt(message.offset) + 1n));
      await payload.commitOffsetsIfNecessary();
      await heartbeat();
    }
  }

  /** Answers false when it was told to stop before the event was handled or set aside. */
  async #handle(
    topic: Topic,
    message: KafkaMessage,
    payload: EachBatchPayload,
  ): Promise<boolean> {
    const { settings, subscription } = this.options;
    const { signal } = this.#stopping;
    let failures = 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const event = readEvent(message);
        await withTraceparent(headersOf(message).traceparent, () =>
          subscription.handler(event),
        );
        return true;
      } catch (error) {
        const reason = error as Error;
        if (!(reason instanceof TryLater)) failures += 1;
        if (reason instanceof Unreadable || failures >= settings.attempts) {
          await this.#setAside(topic, message, payload, reason);
          return true;
        }
        this.options.logger.warn(
          `${subscription.group} tries ${nameOf(message)} again: ${
            reason.message
          }`,
        );
        await sleep(
          Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS),
          signal,
        );
        // Another one has the partition meanwhile, or this one ends.
        if (signal.aborted || !payload.isRunning() || payload.isStale())
          return false;
        await payload.heartbeat();
      }
    }
  }

  async #setAside(
    topic: Topic,
    message: KafkaMessage,
    { batch }: EachBatchPayload,
    reason: Error,
  ): Promise<void> {
    const { settings, subscription, producer, logger } = this.options;
    const target = deadLetterName(settings, topic);
    await producer.send([
      {
        topic: target,
        key: message.key?.toString() ?? '',
        value: message.value?.toString() ?? '',
        headers: {
          ...headersOf(message),
          'stoa-group': subscription.group,
          'stoa-reason': reason.message.slice(0, 1000),
          'stoa-offset': `${batch.topic}/${batch.partition}/${message.offset}`,
        },
      },
    ]);
    logger.error(
      `${subscription.group} set ${nameOf(message)} aside in ${target}: ${
        reason.message
      }`,
    );
  }
}

function readEvent(message: KafkaMessage) {
  try {
    return toEvent(message.value);
  } catch (error) {
    throw new Unreadable((error as Error).message);
  }
}

function headersOf({ headers }: KafkaMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name, `${value}`]),
  );
}

function nameOf(message: KafkaMessage): string {
  const { event_type: type, event_id: id } = headersOf(message);
  return `the event ${type ?? 'without a type'} ${id ?? 'without an id'}`;
}

function crash(consumer: Consumer): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });
  // It may end while it still starts, when nobody listens yet.
  ended.catch(() => {});
  return ended;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {});
}
