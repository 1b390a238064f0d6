import { Kafka, KafkaJSError, Partitioners, Producer } from 'kafkajs';
import { TryLater } from '../EventBus';

/** A record on its way to a topic. */
export interface Outgoing {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Waiting {
  readonly records: readonly Outgoing[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Brokers take a megabyte at once unless they are told otherwise. */
const MAX_BYTES = 512 * 1024;

/** A record for which there will never be room. */
const TOO_LARGE = /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|INVALID_RECORD)$/;

/**
 * Sends records in the order in which it is given them: one request at a time, and
 * what comes meanwhile goes together in the next one. A producer that failed is
 * given up, whatever it failed for: the next one has a new identity, so that no
 * error of a sequence outlives it. Its records may then lie there twice.
 */
export class KafkaProducer {
  readonly #waiting: Waiting[] = [];
  #producer: Promise<Producer> | undefined;
  #sending: Promise<void> | undefined;

  constructor(readonly kafka: Kafka) {}

  /**
   * Resolves when all in-sync copies have the records.
   *
   * @throws TryLater unless it is the records' own fault
   */
  send(records: readonly Outgoing[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
      this.#waiting.push({ records, bytes, resolve, reject });
      this.#sending ??= this.#sendAll();
    });
  }

  async disconnect(): Promise<void> {
    await this.#sending;
    await this.#giveUp();
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#next();
      try {
        const producer = await this.#connected();
        await producer.sendBatch({
          acks: -1,
          topicMessages: byTopic(group.flatMap(({ records }) => records)),
        });
        group.forEach(({ resolve }) => resolve());
      } catch (error) {
        await this.#giveUp();
        const reason = reasonOf(error as Error);
        group.forEach(({ reject }) => reject(reason));
      }
    }
    // In the same turn as the last look: who comes after it starts anew.
    this.#sending = undefined;
  }

  /** As many as go together; one that is too large alone goes alone, and fails alone. */
  #next(): Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex(waiting => {
      bytes += waiting.bytes;
      return bytes > MAX_BYTES;
    });
    if (end === -1) return this.#waiting.splice(0);
    return this.#waiting.splice(0, Math.max(end, 1));
  }

  #connected(): Promise<Producer> {
    this.#producer ??= connect(this.kafka);
    return this.#producer;
  }

  async #giveUp(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    // It failed already, or is no longer needed: there is nothing left to tell.
    await producer?.then(p => p.disconnect()).catch(() => {});
  }
}

/** Cuts a list into pieces that are small enough to be sent at once. */
export function cut(records: readonly Outgoing[]): Outgoing[][] {
  const pieces: Outgoing[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    const size = sizeOf(record);
    if (bytes + size > MAX_BYTES) {
      pieces.push([]);
      bytes = 0;
    }
    pieces[pieces.length - 1].push(record);
    bytes += size;
  }
  return pieces;
}

async function connect(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return producer;
}

function byTopic(records: readonly Outgoing[]) {
  const topics = new Map<string, Outgoing[]>();
  for (const record of records) {
    const list = topics.get(record.topic) ?? [];
    list.push(record);
    topics.set(record.topic, list);
  }
  return [...topics].map(([topic, list]) => ({
    topic,
    messages: list.map(({ key, value, headers }) => ({ key, value, headers })),
  }));
}

/** Headers and framing included, roughly; UTF-16 counts no more than UTF-8 does in what we send. */
function sizeOf({ key, value }: Outgoing): number {
  return Buffer.byteLength(value) + key.length + 256;
}

function reasonOf(error: Error): Error {
  const { type } = error as KafkaJSError & { type?: string };
  return TOO_LARGE.test(type ?? '') ? error : new TryLater(error);
}
