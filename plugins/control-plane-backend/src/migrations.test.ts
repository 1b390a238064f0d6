import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
const directory = resolvePackagePath(
  '@stoa/plugin-control-plane-backend',
  'migrations',
);

/** What the platform's first description of its data lists, column by column. */
const PROMISED: Readonly<Record<string, string>> = {
  subscriptions:
    'id application_id api_id tenant_id subscriber_id api_key_hash api_key_prefix status created_at expires_at approved_at approved_by rate_limit',
  mcp_servers:
    'id tenant_id name description endpoint auth_type status created_at updated_at',
  mcp_server_tools:
    'id server_id name description input_schema output_schema endpoint method',
  mcp_subscriptions: 'id server_id subscriber_id status created_at',
  tenant_webhooks: 'id tenant_id url events secret status created_at',
  webhook_deliveries:
    'id webhook_id event_type payload response_code response_body attempts delivered_at',
  mcp_error_snapshots:
    'id tenant_id tool_name error_type error_message request_data response_data stack_trace created_at',
  pipeline_traces:
    'id correlation_id tenant_id api_id environment status started_at completed_at',
  trace_steps:
    'id trace_id step_name status message metadata started_at completed_at',
};

/** Tables and their columns, in a form to compare. */
async function schemaOf(knex: Knex): Promise<string> {
  const tables: { name: string }[] =
    knex.client.config.client === 'pg'
      ? await knex('pg_tables')
          .where({ schemaname: 'public' })
          .select('tablename as name')
      : await knex('sqlite_master').where({ type: 'table' }).select('name');
  const lines: string[] = [];
  for (const { name } of tables) {
    const columns = Object.keys(await knex(name).columnInfo());
    lines.push(`${name}: ${columns.sort().join(' ')}`);
  }
  return lines.sort().join('\n');
}

describe.each(databases.eachSupportedId())('migrations, %s', databaseId => {
  it('go up to the promised tables, down to nothing, and up again', async () => {
    const knex = await databases.init(databaseId);
    await knex.migrate.latest({ directory });
    for (const [table, columns] of Object.entries(PROMISED)) {
      const found = Object.keys(await knex(table).columnInfo());
      expect({
        table,
        missing: columns.split(' ').filter(c => !found.includes(c)),
      }).toEqual({ table, missing: [] });
    }
    // One by one down to nothing: each leaves what was there before it came.
    const before: string[] = [];
    for (;;) {
      before.push(await schemaOf(knex));
      const [, undone] = await knex.migrate.down({ directory });
      if (undone.length === 0) break;
    }
    expect(before.length).toBeGreaterThan(2);
    for (const expected of before.reverse().slice(1)) {
      await knex.migrate.up({ directory });
      expect(await schemaOf(knex)).toBe(expected);
    }
    await knex.migrate.rollback({ directory }, true);
    expect(await knex.schema.hasTable('subscriptions')).toBe(false);
    expect(await knex.schema.hasTable('outbox')).toBe(false);
    await knex.migrate.latest({ directory });
    expect(await knex('outbox_leases').select()).toHaveLength(8);
  });
});
