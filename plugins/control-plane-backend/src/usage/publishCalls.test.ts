import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { startControlPlane } from '../__testUtils__';
import { UnitOfWork } from '../database/UnitOfWork';
import { fromJson } from '../database/values';
import { UsageStore } from './UsageStore';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())(
  'calls for other programs, %s',
  databaseId => {
    let knex: Knex;
    let usage: UsageStore;

    beforeAll(async () => {
      knex = await databases.init(databaseId);
      // Makes the tables; stopped, nobody carries away what is left for the brokers.
      await (await startControlPlane({ knex })).stop();
      await knex('outbox').del();
      usage = new UsageStore({
        unitOfWork: new UnitOfWork(knex),
        publishes: true,
      });
    });

    const callOf = (more: object = {}) => ({
      event_id: uuid(),
      timestamp: new Date().toISOString(),
      kind: 'api' as const,
      tenant_id: 'acme-corp',
      api: 'crm-api',
      subject: 'consumer',
      status: 'success' as const,
      latency_ms: 1,
      ...more,
    });
    const told = async () =>
      (await knex('outbox').orderBy('id').select('topic', 'message')).map(
        ({ topic, message }) => ({ topic, event: fromJson<any>(message) }),
      );

    it('are told of once, by tenant, as they were reported', async () => {
      const [one, two, three] = [
        callOf({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }),
        callOf({ status: 'rate_limited' }),
        callOf({ tenant_id: 'demo-tenant' }),
      ];
      await usage.record([one, two, one, three], 'the-request');
      await usage.record([two, three]);
      expect(await told()).toMatchObject([
        {
          topic: 'mcp-metering',
          event: {
            event_type: 'calls-metered',
            tenant_id: 'acme-corp',
            correlation_id: 'the-request',
            payload: { calls: [one, two] },
          },
        },
        { event: { tenant_id: 'demo-tenant', payload: { calls: [three] } } },
      ]);
    });

    it('come in pieces that a broker takes', async () => {
      await knex('outbox').del();
      const calls = Array.from({ length: 401 }, () => callOf());
      await usage.record(calls);
      const pieces = (await told()).map(({ event }) => event.payload.calls);
      expect(pieces.map(piece => piece.length)).toEqual([200, 200, 1]);
      expect(pieces.flat()).toEqual(calls);
    });

    it('are not told of where they could not be kept, and by default without brokers not at all', async () => {
      await knex('outbox').del();
      const good = callOf();
      await expect(
        usage.record([
          good,
          callOf({ event_id: 'x'.repeat(10_000), tenant_id: null }),
        ]),
      ).rejects.toThrow();
      expect(await told()).toEqual([]);
      await new UsageStore({ unitOfWork: new UnitOfWork(knex) }).record([good]);
      expect(await told()).toEqual([]);
      expect(
        await knex('metering_events').where({ event_id: good.event_id }),
      ).toHaveLength(1);
    });
  },
);
