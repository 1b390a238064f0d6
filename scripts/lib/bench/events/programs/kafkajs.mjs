// The reference: Kafka's client alone, with the settings that ours has. Nothing is
// kept before or after.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../../paths.mjs';
import { answer, latencies, Waiting } from './figures.mjs';

const require = createRequire(join(root, 'plugins/stoa-node/package.json'));
const { Kafka, logLevel } = require('kafkajs');
const TOPIC = 'bench-alone';
const BATCH = 200;

const { kafka } = JSON.parse(process.argv[2]);
const client = new Kafka({
  brokers: kafka.brokers,
  logLevel: logLevel.NOTHING,
});
const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
const consumer = client.consumer({ groupId: TOPIC, maxWaitTimeInMs: 250 });
const waiting = new Waiting();

const send = (from, count) =>
  producer.send({
    topic: TOPIC,
    messages: Array.from({ length: count }, (_, i) => ({
      key: `tenant-${(from + i) % 20}`,
      value: JSON.stringify({
        event_id: randomUUID(),
        payload: waiting.payload(from + i),
      }),
    })),
  });

const TASKS = {
  async warm() {
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({
      topics: [{ topic: TOPIC, numPartitions: 3, replicationFactor: 1 }],
    });
    await admin.disconnect();
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await consumer.run({
      partitionsConsumedConcurrently: 3,
      eachMessage: async ({ message }) =>
        waiting.came(JSON.parse(message.value).payload),
    });
    await waiting.all(BATCH, () => send(0, BATCH));
  },
  throughput: ({ count }) =>
    waiting.perSecond(count, async () => {
      for (let n = 0; n < count; n += BATCH) await send(n, BATCH);
    }),
  latency: options => latencies(waiting, options, n => send(n, 1)),
  async stop() {
    await consumer.disconnect();
    await producer.disconnect();
  },
};

answer(TASKS);
