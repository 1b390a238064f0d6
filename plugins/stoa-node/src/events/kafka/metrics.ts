import { metrics } from '@opentelemetry/api';
import { Topic } from '@stoa/plugin-stoa-common';
import { Batch } from 'kafkajs';

/** What is counted of Kafka, by the names that operators' dashboards ask for. */
export class KafkaMetrics {
  readonly #lags = new Map<string, number>();
  readonly #produced;
  readonly #consumed;

  constructor() {
    const meter = metrics.getMeter('stoa');
    this.#produced = meter.createCounter('kafka_messages_produced_total', {
      description: 'Events that the brokers have taken, by topic',
    });
    this.#consumed = meter.createCounter('kafka_messages_consumed_total', {
      description: 'Events that were handled, by topic and consumer group',
    });
    meter
      .createObservableGauge('kafka_consumer_lag', {
        description:
          'Events that the slowest group has before it, by topic and partition',
      })
      .addCallback(result => {
        for (const { topic, partition, lag } of this.#slowest().values())
          result.observe(lag, { topic, partition });
      });
  }

  produced(topic: Topic, count: number): void {
    this.#produced.add(count, { topic });
  }

  consumed(topic: Topic, group: string): void {
    this.#consumed.add(1, { topic, consumer_group: group });
  }

  /** @param next offset of the event that is to be handled next */
  lag(group: string, topic: Topic, batch: Batch, next: string): void {
    const lag = Number(BigInt(batch.highWatermark) - BigInt(next));
    this.#lags.set(`${topic}/${batch.partition}/${group}`, lag);
  }

  #slowest() {
    const slowest = new Map<
      string,
      { topic: string; partition: number; lag: number }
    >();
    for (const [key, lag] of this.#lags) {
      const [topic, partition] = key.split('/');
      const of = `${topic}/${partition}`;
      if (lag >= (slowest.get(of)?.lag ?? 0))
        slowest.set(of, { topic, partition: Number(partition), lag });
    }
    return slowest;
  }
}
