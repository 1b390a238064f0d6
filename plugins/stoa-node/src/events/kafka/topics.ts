import { LoggerService } from '@backstage/backend-plugin-api';
import { Topic, TOPICS } from '@stoa/plugin-stoa-common';
import { Admin, Kafka, KafkaJSProtocolError } from 'kafkajs';
import { KafkaSettings } from './settings';

const DAY_MS = 86_400_000;

export function topicName(settings: KafkaSettings, topic: Topic): string {
  return `${settings.prefix}${topic}`;
}

/** Where events of a topic go that a group could not handle. */
export function deadLetterName(settings: KafkaSettings, topic: Topic): string {
  return `${topicName(settings, topic)}.dlq`;
}

/**
 * Makes the topics that are missing, with as many copies as there are brokers for.
 * Where the cluster leaves that to its operators, they must be there.
 */
export async function ensureTopics(
  kafka: Kafka,
  settings: KafkaSettings,
  logger: LoggerService,
): Promise<void> {
  await withAdmin(kafka, async admin => {
    const wanted = TOPICS.flatMap(topic => [
      { topic: topicName(settings, topic), dead: false },
      { topic: deadLetterName(settings, topic), dead: true },
    ]);
    const there = new Set(await admin.listTopics());
    const missing = wanted.filter(({ topic }) => !there.has(topic));
    if (missing.length === 0) return;
    const { brokers } = await admin.describeCluster();
    const { partitions, replication, retentionDays } = settings.topics;
    try {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ topic, dead }) => ({
          topic,
          numPartitions: dead ? 1 : partitions,
          replicationFactor: Math.min(replication, brokers.length),
          configEntries: [
            { name: 'retention.ms', value: String(retentionDays * DAY_MS) },
          ],
        })),
      });
    } catch (error) {
      if (!isForbidden(error)) throw error;
      logger.warn(
        `Kafka does not let us make topics; these must be made: ${missing
          .map(({ topic }) => topic)
          .join(', ')}`,
      );
    }
  });
}

/** An answer of the cluster means that it can be reached and lets us in. */
export async function checkCluster(kafka: Kafka): Promise<void> {
  await withAdmin(kafka, async admin => {
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('the cluster has no broker');
  });
}

async function withAdmin(
  kafka: Kafka,
  work: (admin: Admin) => Promise<void>,
): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

function isForbidden(error: unknown): boolean {
  const errors: unknown[] = (error as { errors?: unknown[] }).errors ?? [error];
  return errors.some(
    e =>
      e instanceof KafkaJSProtocolError &&
      /_AUTHORIZATION_FAILED$/.test(e.type),
  );
}
