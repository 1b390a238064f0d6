import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { KafkaSettings } from '@stoa/plugin-stoa-node';
import { Broker } from '@stoa/plugin-stoa-node/testUtils';
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Knex } from 'knex';
import { eventually } from '../__testUtils__';
import { systemActor, UnitOfWork } from '../database/UnitOfWork';

jest.setTimeout(600_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_15'] });

const TENANTS = 10;
const AGGREGATES = 10;
const VERSIONS = 100;
const CHANGES = TENANTS * AGGREGATES * VERSIONS;
/** A quarter of a minute is more than any of it takes to come back. */
const PATIENCE_MS = 300_000;

/** Every fifth change that is begun fails, and leaves nothing behind. */
const FAILING = 5;

let broker: Broker;
let knex: Knex;
const processes = new Set<ChildProcess>();

beforeAll(async () => {
  broker = await Broker.start();
  knex = await databases.init('POSTGRES_15');
  await knex.migrate.latest({
    directory: resolvePackagePath(
      '@stoa/plugin-control-plane-backend',
      'migrations',
    ),
  });
  // Nothing here keeps an effect from happening twice, or in the wrong order.
  await knex.schema.createTable('effects', table => {
    table.bigIncrements('at');
    table.string('event_id').notNullable();
    table.string('aggregate').notNullable();
    table.integer('version').notNullable();
  });
});
afterAll(async () => {
  for (const child of processes) await kill(child);
  await broker.stop();
});

/** Starts `carrying.ts` in a process of its own. */
async function start(role: 'relay' | 'consumer'): Promise<ChildProcess> {
  const { client, connection } = knex.client.config;
  const kafka: KafkaSettings = {
    brokers: [broker.address],
    clientId: role,
    prefix: '',
    topics: { partitions: 3, replication: 1, retentionDays: 1 },
    attempts: 3,
  };
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
      join(__dirname, '../__testUtils__/carrying.ts'),
      JSON.stringify({ role, database: { client, connection }, kafka }),
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  processes.add(child);
  await once(createInterface({ input: child.stdout! }), 'line');
  return child;
}

/** As a crash would end it. */
async function kill(child: ChildProcess): Promise<void> {
  processes.delete(child);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

it('gives every committed change one effect, in order, whoever dies on the way', async () => {
  const unitOfWork = new UnitOfWork(knex);
  const change = (aggregate: number, version: number, fails = false) =>
    unitOfWork.run(systemActor('test', 'c'), async tx => {
      const tenantId = `tenant-${aggregate % TENANTS}`;
      await tx.event({
        topic: 'subscriptions',
        type: 'subscription-created',
        tenantId,
        aggregate: `subscription:${aggregate}`,
        aggregateVersion: version,
        payload: { aggregate: `${aggregate}`, version },
      });
      if (fails) throw new Error('rolled back');
    });
  const unlessRolledBack = (error: Error) => {
    if (error.message !== 'rolled back') throw error;
  };
  /** The changes of all aggregates to these versions, one after the other in each. */
  const write = async (from: number, to: number) => {
    for (let version = from; version < to; version++) {
      await Promise.all(
        Array.from({ length: TENANTS * AGGREGATES }, async (_, aggregate) => {
          if ((aggregate + version) % FAILING === 0)
            await change(aggregate, version, true).catch(unlessRolledBack);
          await change(aggregate, version);
        }),
      );
    }
  };
  const seen = async () =>
    Number((await knex('effects').count({ n: '*' }))[0].n);
  const more = async () => {
    const before = await seen();
    await eventually(async () => {
      expect(await seen()).toBeGreaterThan(before);
    }, PATIENCE_MS);
  };

  const relay = await start('relay');
  const consumer = await start('consumer');
  await write(0, 20);
  await more();

  await Promise.all([
    broker.kill().then(() => broker.restart()),
    write(20, 40),
  ]);
  await more();

  await Promise.all([kill(relay).then(() => start('relay')), write(40, 60)]);
  await more();

  // One more of the group: its partitions are shared anew.
  const second = await start('consumer');
  await write(60, 80);
  await Promise.all([
    kill(consumer).then(() => start('consumer')),
    write(80, VERSIONS),
  ]);
  await kill(second);

  await eventually(async () => {
    expect(await seen()).toBeGreaterThanOrEqual(CHANGES);
    expect(await knex('outbox').count({ n: '*' })).toEqual([{ n: '0' }]);
  }, PATIENCE_MS);
  const effects = await knex('effects').orderBy('at');
  const byAggregate = new Map<string, number[]>();
  for (const { aggregate, version } of effects) {
    const versions = byAggregate.get(aggregate) ?? [];
    byAggregate.set(aggregate, [...versions, version]);
  }
  expect(byAggregate.size).toBe(TENANTS * AGGREGATES);
  const expected = Array.from({ length: VERSIONS }, (_, n) => n);
  for (const versions of byAggregate.values())
    expect(versions).toEqual(expected);
  expect(new Set(effects.map(e => e.event_id)).size).toBe(CHANGES);
});
