import { mockServices } from '@backstage/backend-test-utils';
import { Kafka, logLevel } from 'kafkajs';
import { readFile } from 'node:fs/promises';
import { v7 as uuid } from 'uuid';
import { Broker } from '../../testUtils/Broker';
import { until } from '../../testUtils/waiting';
import { EventBus, Message, NotTaken, TryLater } from '../EventBus';
import { eventBusContract, eventOf, messagesOf } from '../eventBusContract';
import { KafkaEventBus } from './KafkaEventBus';
import { KafkaSettings } from './settings';

jest.setTimeout(180_000);

const SASL = {
  mechanism: 'plain',
  username: 'stoa',
  password: uuid(),
} as const;
const logger = mockServices.logger.mock();

let broker: Broker;
let kafka: Kafka;
let tls: { ca: string };
const buses: EventBus[] = [];

beforeAll(async () => {
  broker = await Broker.start({
    sasl: `${SASL.username}:${SASL.password}`,
    tls: true,
  });
  tls = { ca: await readFile(broker.ca!, 'utf8') };
  kafka = new Kafka({
    ssl: { ...tls },
    brokers: [broker.address],
    // The client writes into what it is given.
    sasl: { ...SASL },
    logLevel: logLevel.NOTHING,
  });
});
afterEach(() => Promise.all(buses.splice(0).map(bus => bus.stop())));
afterAll(() => broker.stop());

function settings(prefix: string, over: object = {}): KafkaSettings {
  return {
    brokers: [broker.address],
    clientId: 'tests',
    tls,
    sasl: SASL,
    prefix,
    topics: { partitions: 3, replication: 2, retentionDays: 1 },
    attempts: 3,
    ...over,
  };
}

function open(prefix: string, over?: object): KafkaEventBus {
  const bus = new KafkaEventBus(settings(prefix, over), logger);
  buses.push(bus);
  return bus;
}

const freshPrefix = () => `${uuid()}.`;

async function offer(bus: EventBus, messages: readonly Message[]) {
  let left = messages;
  for (;;) {
    try {
      await bus.publish(left);
      return;
    } catch (error) {
      const { taken, cause } = error as NotTaken;
      if (!(cause instanceof TryLater)) throw error;
      left = left.slice(taken);
    }
  }
}

/** Everything that lies in a topic now. */
async function read(topic: string) {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const total = offsets.reduce((sum, o) => sum + Number(o.high), 0);
  const found: { value: string; headers: Record<string, string> }[] = [];
  if (total === 0) return found;
  const consumer = kafka.consumer({ groupId: uuid(), maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      found.push({
        value: String(message.value),
        headers: Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([k, v]) => [k, `${v}`]),
        ),
      });
    },
  });
  await until(() => found.length === total);
  await consumer.disconnect();
  return found;
}

describe('Kafka', () => {
  eventBusContract(async () => {
    const prefix = freshPrefix();
    const bus = open(prefix);
    return {
      bus,
      offer: messages => offer(bus, messages),
      deadLetters: async () =>
        (await read(`${prefix}api-created.dlq`)).map(({ headers }) => ({
          event_id: headers.event_id,
          reason: headers['stoa-reason'],
        })),
    };
  });

  it('makes the topics that are missing, as configured', async () => {
    const prefix = freshPrefix();
    await offer(open(prefix), messagesOf('api-created', 'acme', 1));
    const admin = kafka.admin();
    await admin.connect();
    try {
      const { topics } = await admin.fetchTopicMetadata();
      const ours = topics.filter(t => t.name.startsWith(prefix));
      expect(ours).toHaveLength(22);
      const partitions = (name: string) =>
        ours.find(t => t.name === prefix + name)?.partitions.length;
      expect(partitions('api-created')).toBe(3);
      expect(partitions('api-created.dlq')).toBe(1);
    } finally {
      await admin.disconnect();
    }
  });

  it('is well only with the right password, and keeps events that it cannot send', async () => {
    const bus = open(freshPrefix(), {
      sasl: { ...SASL, password: 'wrong' },
    });
    await expect(bus.check()).rejects.toThrow();
    const refused = await bus
      .publish(messagesOf('api-created', 'acme', 2))
      .catch(e => e);
    expect(refused).toMatchObject({ taken: 0, cause: expect.any(TryLater) });
    expect(String(refused.stack)).not.toContain('wrong');
  });

  it('speaks with nobody whom it does not trust', async () => {
    for (const over of [{ tls: {} }, { tls: undefined }]) {
      const bus = open(freshPrefix(), over);
      await expect(bus.check()).rejects.toThrow();
    }
  });

  it('says which event is too large, and takes those before it', async () => {
    const bus = open(freshPrefix());
    const [first, , last] = messagesOf('api-created', 'acme', 3);
    const huge = eventOf('acme', { text: 'x'.repeat(2_000_000) });
    const refused = await bus
      .publish([first, { topic: 'api-created', event: huge }, last])
      .catch(e => e);
    expect(refused).toMatchObject({ taken: 1 });
    expect(refused.cause).not.toBeInstanceOf(TryLater);
    await offer(bus, [last]);
  });

  it('sets aside what is no event', async () => {
    const prefix = freshPrefix();
    const bus = open(prefix);
    const seen: string[] = [];
    bus.subscribe({
      group: 'one',
      topics: ['webhooks'],
      handler: async event => void seen.push(event.event_id),
    });
    await offer(bus, messagesOf('webhooks', 'acme', 1));
    const producer = kafka.producer();
    await producer.connect();
    for (const value of ['{', 'null', '{"event_id": 1}', null]) {
      await producer.send({
        topic: `${prefix}webhooks`,
        messages: [{ key: 'acme', value }],
      });
    }
    await producer.disconnect();
    await offer(bus, messagesOf('webhooks', 'acme', 1));
    await bus.start();
    await until(() => seen.length === 2);
    expect(await read(`${prefix}webhooks.dlq`)).toHaveLength(4);
  });

  it('goes on where it stopped, and finishes what it has in hand', async () => {
    const prefix = freshPrefix();
    const seen: unknown[] = [];
    let release = () => {};
    const held = new Promise<void>(resolve => (release = resolve));
    const first = open(prefix);
    first.subscribe({
      group: 'one',
      topics: ['subscriptions'],
      handler: async ({ payload }) => {
        if (payload.n === 2) await held;
        seen.push(payload.n);
      },
    });
    await first.start();
    await offer(first, messagesOf('subscriptions', 'acme', 5));
    await until(() => seen.length === 2);
    const stopped = first.stop();
    release();
    await stopped;
    expect(seen).toEqual([0, 1, 2]);
    const second = open(prefix);
    second.subscribe({
      group: 'one',
      topics: ['subscriptions'],
      handler: async ({ payload }) => void seen.push(payload.n),
    });
    await second.start();
    await until(() => seen.length === 5);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('shares the partitions of a group, and loses nothing when one joins and one leaves', async () => {
    const prefix = freshPrefix();
    const first = new Map<string, number[]>();
    const by = [0, 0];
    const join = async (index: number) => {
      const bus = open(prefix);
      bus.subscribe({
        group: 'one',
        topics: ['subscriptions'],
        handler: async ({ tenant_id: tenant, payload }) => {
          by[index] += 1;
          const list = first.get(tenant) ?? [];
          if (!list.includes(payload.n as number))
            list.push(payload.n as number);
          first.set(tenant, list);
        },
      });
      await bus.start();
      return bus;
    };
    const tenants = Array.from({ length: 20 }, (_, i) => `tenant-${i}`);
    const publisher = open(prefix);
    let count = 0;
    const publish = async () => {
      const n = count;
      count += 1;
      await offer(
        publisher,
        tenants.map(tenant => ({
          topic: 'subscriptions',
          event: eventOf(tenant, { n }),
        })),
      );
    };
    const publishUntil = async (done: () => boolean) => {
      while (!done()) await publish();
    };
    const one = await join(0);
    await publishUntil(() => by[0] > 0);
    await join(1);
    await publishUntil(() => by[1] > 0);
    const stopped = one.stop();
    await publish();
    await stopped;
    await publish();
    await until(() =>
      tenants.every(tenant => first.get(tenant)?.length === count),
    );
    for (const list of first.values())
      expect(list).toEqual(list.map((_, n) => n));
  });

  it('carries everything in order across a broker that crashes', async () => {
    const prefix = freshPrefix();
    const bus = open(prefix);
    const seen: number[] = [];
    bus.subscribe({
      group: 'one',
      topics: ['subscriptions'],
      handler: async ({ payload }) => {
        const n = payload.n as number;
        if (!seen.includes(n)) seen.push(n);
      },
    });
    await bus.start();
    const messages = messagesOf('subscriptions', 'acme', 2_000);
    const publish = async (from: number, to: number) => {
      for (let at = from; at < to; at += 20)
        await offer(bus, messages.slice(at, at + 20));
    };
    await publish(0, 1_000);
    await Promise.all([
      broker.kill().then(() => broker.restart()),
      publish(1_000, messages.length),
    ]);
    await until(() => seen.length === messages.length);
    expect(seen).toEqual(messages.map((_, n) => n));
  });
});
