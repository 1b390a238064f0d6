// What carries our events, in one process: the outbox's relay, the bus, a consumer with
// its inbox. Told what to do by the parent's messages, answers with figures.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../../paths.mjs';
import { TRANSFORM } from '../../../serve.mjs';
import { answer, latencies, Waiting } from './figures.mjs';

const require = createRequire(import.meta.url);
require(TRANSFORM);
const ours = path => require(join(root, 'plugins', path));
const knexFactory = require('knex');
const { UnitOfWork, systemActor } = ours(
  'control-plane-backend/src/database/UnitOfWork.ts',
);
const { Inbox } = ours('control-plane-backend/src/outbox/Inbox.ts');
const { Relay } = ours('control-plane-backend/src/outbox/Relay.ts');
const { InProcessEventBus, KafkaEventBus } = ours('stoa-node/src/index.ts');

const { database, kafka } = JSON.parse(process.argv[2]);
const complain = message => process.stderr.write(`${message}\n`);
const logger = { error: complain, warn: complain, info() {}, debug() {} };
const knex = knexFactory({
  client: 'pg',
  connection: database,
  pool: { min: 0, max: 10 },
});
const unitOfWork = new UnitOfWork(knex);
const bus = kafka ? new KafkaEventBus(kafka, logger) : new InProcessEventBus();
const waiting = new Waiting();
new Inbox(knex, bus).subscribe({
  group: `bench-${bus.kind}`,
  topics: ['subscriptions'],
  handler: async ({ payload }) => waiting.came(payload),
});

let relay;
unitOfWork.onCommit(() => relay?.poke());

/** Changes of the tenants in turns, so many in one transaction. */
const write = (from, count) =>
  unitOfWork.run(systemActor('bench', 'c'), async tx => {
    for (let n = from; n < from + count; n += 1) {
      const tenantId = `tenant-${n % 20}`;
      await tx.event({
        topic: 'subscriptions',
        type: 'subscription-created',
        tenantId,
        aggregate: `subscription:${n}`,
        aggregateVersion: 1,
        payload: waiting.payload(n),
      });
    }
  });

async function start() {
  relay = new Relay({
    knex,
    logger,
    owner: `bench-${process.pid}`,
    carriers: {
      event: rows =>
        bus.publish(
          rows.map(({ topic, message: event }) => ({ topic, event })),
        ),
      audit: async () => {},
      feed: async () => {},
    },
  });
  relay.start();
}

const TASKS = {
  async warm() {
    await knex.migrate.latest({
      directory: join(root, 'plugins/control-plane-backend/migrations'),
    });
    await bus.start();
    await start();
    await waiting.all(200, () => write(0, 200));
  },
  async throughput({ count }) {
    await relay.stop();
    for (let n = 0; n < count; n += 200) await write(n, 200);
    return waiting.perSecond(count, start);
  },
  latency: options => latencies(waiting, options, n => write(n, 1)),
  async stop() {
    await relay.stop();
    await bus.stop();
    await knex.destroy();
  },
};

answer(TASKS);
