import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { NotTaken, TryLater } from './EventBus';
import { eventBusContract } from './eventBusContract';
import { createEventBus } from './eventBusService';
import { InProcessEventBus } from './InProcessEventBus';
import { readKafkaSettings } from './kafka/settings';

describe('in the process', () => {
  eventBusContract(async () => {
    const bus = new InProcessEventBus();
    const dead: { event_id: string; reason: string }[] = [];
    return {
      bus,
      deadLetters: async () => dead,
      async offer(messages) {
        let left = messages;
        let failures = 0;
        while (left.length > 0) {
          try {
            await bus.publish(left);
            return;
          } catch (error) {
            const { taken, cause } = error as NotTaken;
            left = left.slice(taken);
            if (taken > 0) failures = 0;
            if (!(cause instanceof TryLater)) failures += 1;
            if (failures < 3) continue;
            const [{ event }, ...rest] = left;
            dead.push({ event_id: event.event_id, reason: cause.message });
            left = rest;
            failures = 0;
          }
        }
      },
    };
  });
});

describe('stoa.kafka', () => {
  const read = (kafka: object, more: object = {}) =>
    readKafkaSettings(new ConfigReader({ stoa: { ...more, kafka } }));
  const sasl = { mechanism: 'SCRAM-SHA-512', username: 'u', password: 'p' };

  it('chooses the bus', () => {
    const logger = mockServices.logger.mock();
    const of = (stoa: object) =>
      createEventBus(new ConfigReader({ stoa }), logger).kind;
    expect(of({})).toBe('in-process');
    expect(of({ kafka: { brokers: ['localhost:9092'] } })).toBe('kafka');
  });

  it('has defaults', () => {
    expect(read({ brokers: ['localhost:9092'], tls: true, sasl })).toEqual({
      brokers: ['localhost:9092'],
      clientId: 'stoa',
      tls: {},
      sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
      prefix: '',
      topics: { partitions: 3, replication: 2, retentionDays: 7 },
      attempts: 8,
    });
  });

  it.each([
    ['no broker', { brokers: [] }, /brokers/],
    ['an address without a port', { brokers: ['kafka'] }, /brokers/],
    ['a URL', { brokers: ['http://kafka:9092'] }, /brokers/],
    ['no partition', { brokers: ['a:1'], topics: { partitions: 0 } }, /part/],
    [
      'a mechanism that is not there',
      { brokers: ['a:1'], sasl: { ...sasl, mechanism: 'none' } },
      /mechanism/,
    ],
    ['a password in the clear', { brokers: ['a:1'], sasl }, /tls/],
    [
      'an address that only looks like this machine',
      { brokers: ['127.example.com:9092'], sasl },
      /tls/,
    ],
  ])('refuses %s', (_what, kafka, message) => {
    expect(() => read(kafka)).toThrow(message);
  });

  it('wants TLS in production', () => {
    const production = { environment: 'production' };
    expect(() => read({ brokers: ['a:1'] }, production)).toThrow(/tls/);
    expect(read({ brokers: ['a:1'], tls: true }, production)).toBeDefined();
  });
});
