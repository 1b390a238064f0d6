import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { putRow } from './__testUtils__/putRow';
import { sqlReport } from './__testUtils__/sqlReport';
import { isPostgres } from './database/values';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const directory = resolvePackagePath(
  '@stoa/plugin-control-plane-backend',
  'migrations',
);

/** What the platform's first description of its data lists: each column with its type. */
const PROMISED: Readonly<Record<string, string>> = {
  subscriptions:
    'id uuid, application_id uuid, api_id 255, tenant_id 255, subscriber_id 255, api_key_hash 64, api_key_prefix 12, status 20, created_at time, expires_at time, approved_at time, approved_by 255, rate_limit int',
  mcp_servers:
    'id uuid, tenant_id 255, name 255, description text, endpoint 512, auth_type 50, status 20, created_at time, updated_at time',
  mcp_server_tools:
    'id uuid, server_id uuid, name 255, description text, input_schema json, output_schema json, endpoint 512, method 10',
  mcp_subscriptions:
    'id uuid, server_id uuid, subscriber_id 255, status 20, created_at time',
  tenant_webhooks:
    'id uuid, tenant_id 255, url 512, events json, secret 255, status 20, created_at time',
  webhook_deliveries:
    'id uuid, webhook_id uuid, event_type 100, payload json, response_code int, response_body text, attempts int, delivered_at time',
  mcp_error_snapshots:
    'id uuid, tenant_id 255, tool_name 255, error_type 100, error_message text, request_data json, response_data json, stack_trace text, created_at time',
  pipeline_traces:
    'id uuid, correlation_id uuid, tenant_id 255, api_id 255, environment 50, status 20, started_at time, completed_at time',
  trace_steps:
    'id uuid, trace_id uuid, step_name 100, status 20, message text, metadata json, started_at time, completed_at time',
};
const PROMISED_INDEXES = {
  idx_sub_tenant: ['tenant_id'],
  idx_sub_api: ['api_id'],
  idx_sub_app: ['application_id'],
  idx_sub_status: ['status'],
};
/** What was promised otherwise, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  // Whatever a caller sends as X-Request-ID.
  'pipeline_traces.correlation_id': '128',
};

/** A column's type, as `PROMISED` writes it, whatever the database calls it. */
function typeOf({ type, maxLength }: Knex.ColumnInfo): string {
  const length = Number(maxLength) || 0;
  if (type === 'uuid' || (type === 'char' && length === 36)) return 'uuid';
  if (/json/.test(type)) return 'json';
  if (/time/.test(type)) return 'time';
  if (/int/.test(type)) return 'int';
  return length > 0 ? String(length) : type;
}

/** Columns of an index, in its order. */
async function indexOf(knex: Knex, name: string): Promise<string[]> {
  if (!isPostgres(knex))
    return (await knex.raw(`PRAGMA index_info(${name})`)).map(
      (column: { name: string }) => column.name,
    );
  const row = await knex('pg_indexes').where({ indexname: name }).first();
  return /\((.*?)\)/.exec(row?.indexdef ?? '()')![1].split(', ');
}

async function tablesOf(knex: Knex): Promise<string[]> {
  const tables: string[] = isPostgres(knex)
    ? await knex('pg_tables').where({ schemaname: 'public' }).pluck('tablename')
    : await knex('sqlite_master').where({ type: 'table' }).pluck('name');
  return tables.filter(name => !/^(knex|sqlite)_/.test(name)).sort();
}

/** Tables, columns and indexes, in a form to compare. */
async function schemaOf(knex: Knex): Promise<string> {
  const lines: string[] = [];
  for (const table of await tablesOf(knex)) {
    const columns = Object.entries(await knex(table).columnInfo()).map(
      ([name, info]) => `${name} ${typeOf(info)}${info.nullable ? '?' : ''}`,
    );
    lines.push(`${table}: ${columns.sort().join(', ')}`);
  }
  const indexes: string[] = isPostgres(knex)
    ? await knex('pg_indexes')
        .where({ schemaname: 'public' })
        .whereNot('tablename', 'like', 'knex%')
        .pluck('indexdef')
    : (
        await knex('sqlite_master')
          .where({ type: 'index' })
          .whereNotNull('sql')
          .pluck('sql')
      ).map((sql: string) => sql.replaceAll(/\s+/g, ' '));
  return [...lines, ...indexes.sort()].join('\n');
}

/** How many rows each table has. */
async function countsOf(knex: Knex): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await tablesOf(knex)) {
    const [{ n }] = await knex(table).count({ n: '*' });
    counts[table] = Number(n);
  }
  return counts;
}

describe.each(databases.eachSupportedId())('migrations, %s', databaseId => {
  let knex: Knex;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
  });

  it('make the promised tables', async () => {
    await knex.migrate.latest({ directory });
    const found: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [table, columns] of Object.entries(PROMISED)) {
      const info: Record<string, Knex.ColumnInfo> = await knex(
        table,
      ).columnInfo();
      for (const column of columns.split(', ')) {
        const [name, type] = column.split(' ');
        const key = `${table}.${name}`;
        found[key] = info[name] ? typeOf(info[name]) : 'missing';
        expected[key] = OTHERWISE[key] ?? type;
      }
    }
    expect(found).toEqual(expected);
    for (const [name, columns] of Object.entries(PROMISED_INDEXES))
      expect([name, ...(await indexOf(knex, name))]).toEqual([
        name,
        ...columns,
      ]);
  });

  it('go up, down to nothing and up again, one by one, with rows in every table', async () => {
    const schemas: string[] = [];
    const empty = await schemaOf(knex);
    for (;;) {
      const [, done] = await knex.migrate.up({ directory });
      if (done.length === 0) break;
      schemas.push(await schemaOf(knex));
      for (const [table, rows] of Object.entries(await countsOf(knex))) {
        for (let n = rows; n < 2; n++) await putRow(knex, table);
      }
    }
    const all = await countsOf(knex);
    for (let left = schemas.length; left > 0; left--) {
      const before = await countsOf(knex);
      await knex.migrate.down({ directory });
      expect(await schemaOf(knex)).toBe(schemas[left - 2] ?? empty);
      const after = await countsOf(knex);
      expect(before).toMatchObject(after);
    }
    expect(await tablesOf(knex)).toEqual([]);
    for (const expected of schemas) {
      await knex.migrate.up({ directory });
      expect(await schemaOf(knex)).toBe(expected);
    }
    expect(Object.keys(await countsOf(knex))).toEqual(Object.keys(all));
    expect(await knex('outbox_leases').select()).toHaveLength(8);
  });

  it('go down and up again from anywhere, and lose no row of a table that stays', async () => {
    await knex.migrate.latest({ directory });
    for (const table of await tablesOf(knex)) {
      if ((await knex(table).first()) === undefined) await putRow(knex, table);
    }
    for (;;) {
      await knex.migrate.down({ directory });
      const kept = await countsOf(knex);
      if (Object.keys(kept).length === 0) break;
      await knex.migrate.up({ directory });
      expect(await countsOf(knex)).toMatchObject(kept);
      await knex.migrate.down({ directory });
    }
  });

  it('are what the report says', async () => {
    if (!isPostgres(knex)) return;
    await knex.migrate.latest({ directory });
    const file = join(directory, '../report.sql.md');
    const report = await sqlReport(knex, '@stoa/plugin-control-plane-backend');
    if (process.env.UPDATE_SQL_REPORT) await writeFile(file, report);
    expect(await readFile(file, 'utf8')).toBe(report);
  });
});
