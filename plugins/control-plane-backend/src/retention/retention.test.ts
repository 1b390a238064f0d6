import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { putRow } from '../__testUtils__/putRow';
import { Retention } from './Retention';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

const daysAgo = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString();

describe.each(databases.eachSupportedId())('retention, %s', databaseId => {
  let knex: Knex;
  const statements: string[] = [];

  const retention = (settings: JsonObject = {}) =>
    new Retention({
      knex,
      config: new ConfigReader({ stoa: { retention: settings } }),
      logger: mockServices.logger.mock(),
      batch: 10,
    });

  /** One row of each kind for each age, in days. */
  const fill = async (...ages: number[]) => {
    for (const age of ages) {
      const at = daysAgo(age);
      await putRow(knex, 'metering_events', { at, latency_ms: age });
      await putRow(knex, 'mcp_error_snapshots', {
        created_at: at,
        aggregate_version: age,
      });
      await putRow(knex, 'webhook_deliveries', {
        created_at: at,
        attempts: age,
      });
      await putRow(knex, 'notification_deliveries', {
        created_at: at,
        attempts: age,
      });
      await putRow(knex, 'mcp_approvals', {
        created_at: at,
        aggregate_version: age,
      });
      await putRow(knex, 'audit_log', { at, seq: age });
    }
  };

  const ages = async () => ({
    metering: await knex('metering_events')
      .orderBy('at', 'desc')
      .pluck('latency_ms'),
    snapshots: await knex('mcp_error_snapshots')
      .orderBy('created_at', 'desc')
      .pluck('aggregate_version'),
    deliveries: await knex('webhook_deliveries')
      .orderBy('created_at', 'desc')
      .pluck('attempts'),
    notifications: await knex('notification_deliveries')
      .orderBy('created_at', 'desc')
      .pluck('attempts'),
    approvals: await knex('mcp_approvals')
      .orderBy('created_at', 'desc')
      .pluck('aggregate_version'),
    audit: (await knex('audit_log').orderBy('at', 'desc').pluck('seq')).map(
      Number,
    ),
  });

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    await knex.migrate.latest({
      directory: resolvePackagePath(
        '@stoa/plugin-control-plane-backend',
        'migrations',
      ),
    });
    knex.on('query', ({ sql }) => statements.push(sql));
  });

  it('forgets each kind after its days, and the audit never', async () => {
    await fill(1, 29, 31, 89, 91, 4000);
    await retention().run();
    expect(await ages()).toEqual({
      metering: [1, 29, 31, 89],
      snapshots: [1, 29],
      deliveries: [1, 29],
      notifications: [1, 29],
      approvals: [1, 29, 31, 89],
      audit: [1, 29, 31, 89, 91, 4000],
    });
    await retention({ meteringDays: 30, snapshotsDays: 1000 }).run();
    expect(await ages()).toMatchObject({
      metering: [1, 29],
      snapshots: [1, 29],
    });
    await retention({
      deliveriesDays: 7,
      notificationsDays: 3,
      approvalsDays: 30,
    }).run();
    expect(await ages()).toMatchObject({
      deliveries: [1],
      notifications: [1],
      approvals: [1, 29],
    });
  });

  it('takes a few rows at a time, the oldest first, and stops when it is told to', async () => {
    await knex('metering_events').del();
    await knex('metering_events').insert(
      Array.from({ length: 35 }, (_, i) => ({
        event_id: uuid(),
        tenant_id: 'acme-corp',
        at: daysAgo(100 + i),
        bucket: 'x',
        kind: 'api',
        status: 'success',
        latency_ms: 100 + i,
      })),
    );
    const aborted = new AbortController();
    knex.once('query-response', () => aborted.abort());
    await retention().run(aborted.signal);
    const { metering } = await ages();
    expect(metering).toEqual(Array.from({ length: 25 }, (_, i) => 100 + i));
    statements.length = 0;
    await retention().run();
    expect((await ages()).metering).toEqual([]);
    expect(
      statements.filter(sql => /^delete from .metering/.test(sql)),
    ).toHaveLength(3);
  });

  it.each([
    { meteringDays: 0 },
    { snapshotsDays: -1 },
    { deliveriesDays: 1.5 },
  ])('refuses %j', settings => {
    const [key] = Object.keys(settings);
    expect(() => retention(settings)).toThrow(`stoa.retention.${key} is`);
  });
});
