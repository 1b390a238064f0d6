import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { Tx, UnitOfWork, systemActor } from '../database/UnitOfWork';
import { eventually } from '../__testUtils__';
import { inOrder, oneByOne, OutboxRow } from './Lane';
import { Relay } from './Relay';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const logger = mockServices.logger.mock();

describe('inOrder', () => {
  it('trusts versions over ids within an aggregate, and leaves others where they are', () => {
    const row = (id: string, aggregate: string, version: number) =>
      ({ id, aggregate, aggregate_version: version } as OutboxRow);
    const rows = [row('1', 'a', 2), row('2', 'b', 1), row('3', 'a', 1)];
    expect(inOrder(rows).map(r => r.id)).toEqual(['3', '2', '1']);
  });
});

describe.each(databases.eachSupportedId())('Relay, %s', databaseId => {
  let knex: Knex;
  let unitOfWork: UnitOfWork;
  const relays: Relay[] = [];

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    await knex.migrate.latest({
      directory: resolvePackagePath(
        '@stoa/plugin-control-plane-backend',
        'migrations',
      ),
    });
    unitOfWork = new UnitOfWork(knex);
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map(r => r.stop()));
  });

  function start(
    owner: string,
    carry: (row: OutboxRow) => Promise<void>,
  ): Relay {
    const relay = new Relay({
      knex,
      logger,
      owner,
      carriers: {
        event: oneByOne(carry),
        audit: async () => {},
        feed: async () => {},
      },
    });
    unitOfWork.onCommit(() => relay.poke());
    relay.start();
    relays.push(relay);
    return relay;
  }

  const emit = (tx: Tx, tenantId: string, version: number) =>
    tx.event({
      topic: 'subscriptions',
      type: 'subscription-created',
      tenantId,
      aggregate: `subscription:${tenantId}`,
      aggregateVersion: version,
      payload: { version },
    });

  it('carries nothing of a transaction that failed', async () => {
    const carried: OutboxRow[] = [];
    start('one', async row => void carried.push(row));
    const failing = unitOfWork.run(systemActor('test', ''), async tx => {
      await emit(tx, 'a', 1);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await unitOfWork.run(systemActor('test', ''), tx => emit(tx, 'b', 1));
    await eventually(async () =>
      expect(carried.map(r => r.tenant_id)).toEqual(['b']),
    );
  });

  it('keeps a tenant waiting behind its failing row, and nobody else', async () => {
    const carried: string[] = [];
    let broken = true;
    start('one', async row => {
      const { version } = (row.message as { payload: { version: number } })
        .payload;
      if (row.tenant_id === 'a' && version === 1 && broken)
        throw new Error('not now');
      carried.push(`${row.tenant_id}${version}`);
    });
    await unitOfWork.run(systemActor('test', ''), async tx => {
      for (const version of [1, 2]) await emit(tx, 'a', version);
      await emit(tx, 'b', 1);
    });
    await eventually(async () => expect(carried).toEqual(['b1']));
    broken = false;
    await eventually(async () => expect(carried).toEqual(['b1', 'a1', 'a2']));
    await eventually(async () =>
      expect(await knex('outbox').select()).toEqual([]),
    );
  });

  it('sets a row aside after five tries, with the reason, and goes on', async () => {
    const carried: number[] = [];
    start('one', async row => {
      const { version } = (row.message as { payload: { version: number } })
        .payload;
      if (version === 1) throw new Error('poison');
      carried.push(version);
    });
    await unitOfWork.run(systemActor('test', ''), async tx => {
      for (const version of [1, 2]) await emit(tx, 'a', version);
    });
    await eventually(async () => expect(carried).toEqual([2]), 30_000);
    const [dead] = await knex('outbox').select();
    expect(dead).toMatchObject({
      state: 'dead',
      attempts: 5,
      last_error: expect.stringContaining('poison'),
    });
  });

  it('shares tenants between relays, each carried by one, and takes over from one that stops', async () => {
    const by: Record<string, Set<string>> = {};
    const carrier = (owner: string) => async (row: OutboxRow) => {
      (by[row.tenant_id] ??= new Set()).add(`${owner}:${row.id}`);
    };
    const first = start('one', carrier('one'));
    await unitOfWork.run(systemActor('test', ''), tx => emit(tx, 'a', 1));
    await eventually(async () => expect(by.a?.size).toBe(1));
    start('two', carrier('two'));
    const total = 60;
    for (let i = 0; i < total; i += 1) {
      await unitOfWork.run(systemActor('test', ''), tx =>
        emit(tx, `t${i % 12}`, i),
      );
    }
    const carried = () =>
      Object.entries(by).flatMap(([tenant, set]) =>
        tenant === 'a' ? [] : [...set],
      );
    await eventually(async () => expect(carried()).toHaveLength(total));
    expect(new Set(carried().map(c => c.split(':')[1])).size).toBe(total);
    relays.splice(relays.indexOf(first), 1);
    await first.stop();
    await unitOfWork.run(systemActor('test', ''), tx => emit(tx, 'a', 2));
    await eventually(async () =>
      expect([...by.a].some(c => c.startsWith('two:'))).toBe(true),
    );
  });
});
