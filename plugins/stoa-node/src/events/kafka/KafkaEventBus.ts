import { LoggerService } from '@backstage/backend-plugin-api';
import { Kafka } from 'kafkajs';
import {
  EventBus,
  Message,
  NotTaken,
  Subscription,
  TryLater,
} from '../EventBus';
import { createClient } from './client';
import { toRecord } from './envelope';
import { KafkaConsumer } from './KafkaConsumer';
import { cut, KafkaProducer } from './KafkaProducer';
import { KafkaMetrics } from './metrics';
import { KafkaSettings } from './settings';
import { checkCluster, ensureTopics, topicName } from './topics';

/**
 * The bus of an installation with a broker. The key of an event is its tenant. A
 * group's event that cannot be handled goes to `<topic>.dlq` with the reason.
 */
export class KafkaEventBus implements EventBus {
  readonly kind = 'kafka';
  readonly #kafka: Kafka;
  readonly #producer: KafkaProducer;
  readonly #metrics = new KafkaMetrics();
  readonly #consumers = new Map<string, KafkaConsumer>();
  #topics: Promise<void> | undefined;

  constructor(
    readonly settings: KafkaSettings,
    readonly logger: LoggerService,
  ) {
    this.#kafka = createClient(settings, logger);
    this.#producer = new KafkaProducer(this.#kafka);
  }

  subscribe(subscription: Subscription): void {
    const { group } = subscription;
    if (this.#consumers.has(group))
      throw new Error(`The group ${group} has subscribed already`);
    this.#consumers.set(
      group,
      new KafkaConsumer({
        kafka: this.#kafka,
        settings: this.settings,
        subscription,
        producer: this.#producer,
        metrics: this.#metrics,
        logger: this.logger,
        ready: () => this.#ready(),
      }),
    );
  }

  async publish(messages: readonly Message[]): Promise<void> {
    let taken = 0;
    try {
      await this.#ready();
      const records = messages.map(message =>
        toRecord(topicName(this.settings, message.topic), message),
      );
      for (const piece of cut(records)) {
        await this.#producer.send(piece);
        messages
          .slice(taken, taken + piece.length)
          .forEach(({ topic }) => this.#metrics.produced(topic, 1));
        taken += piece.length;
      }
    } catch (error) {
      throw new NotTaken(taken, error as Error);
    }
  }

  async start(): Promise<void> {
    for (const consumer of this.#consumers.values()) consumer.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#consumers.values()].map(c => c.stop()));
    await this.#producer.disconnect();
  }

  async check(): Promise<void> {
    await checkCluster(this.#kafka);
  }

  /** The topics are looked for once; where that failed, the next one who asks looks again. */
  async #ready(): Promise<void> {
    this.#topics ??= ensureTopics(this.#kafka, this.settings, this.logger);
    try {
      await this.#topics;
    } catch (error) {
      this.#topics = undefined;
      throw new TryLater(error as Error);
    }
  }
}
