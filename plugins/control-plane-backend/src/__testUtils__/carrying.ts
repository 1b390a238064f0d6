/**
 * A part of the way of events in a process of its own: `node --require <transform>
 * carrying.ts '{"role", "database", "kafka"}'`. A `relay` carries the outbox to Kafka; a
 * `consumer` notes each event in the table `effects`, once each. Prints `ready`.
 */
import { LoggerService } from '@backstage/backend-plugin-api';
import { KafkaEventBus, KafkaSettings } from '@stoa/plugin-stoa-node';
import knexFactory, { Knex } from 'knex';
import { UnitOfWork } from '../database/UnitOfWork';
import { FeedStore } from '../feed/FeedStore';
import { FeedStream } from '../feed/FeedStream';
import { createOutbox } from '../outbox';

interface Orders {
  readonly role: 'relay' | 'consumer';
  readonly database: Knex.Config;
  readonly kafka: KafkaSettings;
}

const orders: Orders = JSON.parse(process.argv[2]);

const complain = (message: string) => process.stderr.write(`${message}\n`);
const logger: LoggerService = {
  error: (message, meta) => complain(`${message} ${JSON.stringify(meta)}`),
  warn: complain,
  info: () => {},
  debug: () => {},
  child: () => logger,
};

async function main() {
  const knex = knexFactory(orders.database);
  const bus = new KafkaEventBus(orders.kafka, logger);
  const feedStore = new FeedStore(knex);
  const outbox = createOutbox({
    unitOfWork: new UnitOfWork(knex),
    bus,
    feedStore,
    feed: new FeedStream(feedStore, async function* () {}),
    logger,
  });
  if (orders.role === 'relay') {
    await outbox.start();
  } else {
    outbox.inbox.subscribeStored({
      group: 'effects',
      topics: ['subscriptions'],
      handler: async ({ event_id, payload }, db) => {
        await db('effects').insert({
          event_id,
          aggregate: payload.aggregate,
          version: payload.version,
        });
        return undefined;
      },
    });
    await bus.start();
  }
  process.stdout.write('ready\n');
}

main().catch(error => {
  complain(error.stack);
  process.exit(1);
});
