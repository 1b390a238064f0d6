/**
 * MCP servers made from APIs, their tools, subscriptions to them, and pictures
 * of their failed calls. What a model is told keeps its order of keys, so it
 * lies in columns of type `json`: PostgreSQL sorts the keys of `jsonb`.
 */

const { dropColumns } = require('./lib/dropColumns');

/** Tables and columns that PostgreSQL would reorder. */
const ORDERED = [
  ['outbox', 'message'],
  ['feed', 'value'],
  ['mcp_server_tools', 'input_schema'],
  ['mcp_server_tools', 'output_schema'],
];

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema
    .alterTable('mcp_servers', table => {
      table.dropUnique(['tenant_id', 'name']);
    })
    .alterTable('mcp_servers', table => {
      table.string('kind', 20).notNullable().defaultTo('toolset');
      table.string('slug', 63).notNullable().defaultTo('');
      table.string('visibility', 20).notNullable().defaultTo('private');
      table.boolean('enabled').notNullable().defaultTo(true);
      table.string('api_id', 255);
      table.string('api_version', 64);
      table.string('version', 64);
      table.string('environment', 50);
      table.json('plans').notNullable().defaultTo('[]');
      table.json('naming').notNullable().defaultTo('{}');
      table.json('operations');
      table.json('overrides').notNullable().defaultTo('[]');
      table.json('problems').notNullable().defaultTo('[]');
      table.integer('tool_count').notNullable().defaultTo(0);
      table.text('search_text').notNullable().defaultTo('');
      table.string('commit', 64).notNullable().defaultTo('');
      table.string('tree_id', 64).notNullable().defaultTo('');
      table.timestamp('deleted_at');
      table.integer('aggregate_version').notNullable().defaultTo(1);
      table.unique(['tenant_id', 'slug']);
      table.index(['tenant_id', 'api_id'], 'idx_mcp_server_api');
      table.index(['status', 'name', 'id'], 'idx_mcp_server_portal');
    })
    .alterTable('mcp_server_tools', table => {
      table.text('title');
      table.json('annotations');
      table.json('binding').notNullable().defaultTo('{}');
      table.boolean('wraps_result').notNullable().defaultTo(false);
      table.string('hash', 64).notNullable().defaultTo('');
      table.text('operation').notNullable().defaultTo('');
      table.integer('position').notNullable().defaultTo(0);
      table.text('search_text').notNullable().defaultTo('');
    })
    .alterTable('mcp_subscriptions', table => {
      table.string('plan', 63).notNullable().defaultTo('');
      table.integer('rate_limit').notNullable().defaultTo(0);
      table.integer('burst').notNullable().defaultTo(0);
      table.json('tools');
      table.string('api_key_hash', 64);
      table.string('api_key_prefix', 12);
      table.text('request_reason');
      table.text('status_reason');
      table.timestamp('approved_at');
      table.string('approved_by', 255);
      table.timestamp('expires_at');
      table.timestamp('updated_at');
      table.integer('aggregate_version').notNullable().defaultTo(1);
      table.unique(['api_key_hash']);
      table.index(['tenant_id', 'id'], 'idx_mcp_sub_tenant');
      table.index(['server_id', 'id'], 'idx_mcp_sub_server');
    })
    .createTable('mcp_subscription_history', table => {
      table.uuid('id').primary();
      table.string('tenant_id', 255).notNullable();
      table
        .uuid('subscription_id')
        .notNullable()
        .references('mcp_subscriptions.id');
      table.string('event', 100).notNullable();
      table.string('status', 20).notNullable();
      table.string('actor', 255).notNullable();
      table.text('reason');
      table.timestamp('created_at').notNullable();
      table.index(['subscription_id', 'id']);
    })
    .alterTable('mcp_error_snapshots', table => {
      table.string('subject', 255);
      table.string('server', 63);
      table.string('api_id', 255);
      table.integer('http_status');
      table.string('request_id', 128);
      table.string('status', 20).notNullable().defaultTo('unresolved');
      table.index(['tenant_id', 'created_at', 'id'], 'idx_snapshot_tenant');
      table.index(['subject', 'created_at', 'id'], 'idx_snapshot_subject');
    })
    .alterTable('metering_events', table => {
      table.string('server', 63);
      table.string('tool', 64);
    });

  // Only one live subscription of a person to a server; terminal ones stay as history.
  await knex.raw(`CREATE UNIQUE INDEX idx_mcp_sub_live ON mcp_subscriptions
    (server_id, subscriber_id) WHERE status IN ('pending', 'active', 'suspended')`);
  await retype(knex, 'json');
  // `subject:` and the longest subject there may be.
  await widenFeedKey(knex, 300);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await widenFeedKey(knex, 255);
  await retype(knex, 'jsonb');
  await knex.raw('DROP INDEX idx_mcp_sub_live');
  // Names were unique in a tenant; now only slugs are.
  await knex('mcp_servers').update({ name: knex.ref('slug') });
  await knex.schema
    .dropTable('mcp_subscription_history')
    .alterTable('mcp_error_snapshots', table => {
      table.dropIndex([], 'idx_snapshot_tenant');
      table.dropIndex([], 'idx_snapshot_subject');
    })
    .alterTable('mcp_subscriptions', table => {
      table.dropUnique(['api_key_hash']);
      table.dropIndex([], 'idx_mcp_sub_tenant');
      table.dropIndex([], 'idx_mcp_sub_server');
    })
    .alterTable('mcp_servers', table => {
      table.dropUnique(['tenant_id', 'slug']);
      table.dropIndex([], 'idx_mcp_server_api');
      table.dropIndex([], 'idx_mcp_server_portal');
      table.unique(['tenant_id', 'name']);
    });
  await dropColumns(knex, 'metering_events', ['server', 'tool']);
  await dropColumns(knex, 'mcp_error_snapshots', [
    'subject',
    'server',
    'api_id',
    'http_status',
    'request_id',
    'status',
  ]);
  await dropColumns(knex, 'mcp_subscriptions', [
    'plan',
    'rate_limit',
    'burst',
    'tools',
    'api_key_hash',
    'api_key_prefix',
    'request_reason',
    'status_reason',
    'approved_at',
    'approved_by',
    'expires_at',
    'updated_at',
    'aggregate_version',
  ]);
  await dropColumns(knex, 'mcp_server_tools', [
    'title',
    'annotations',
    'binding',
    'wraps_result',
    'hash',
    'operation',
    'position',
    'search_text',
  ]);
  await dropColumns(knex, 'mcp_servers', [
    'kind',
    'slug',
    'visibility',
    'enabled',
    'api_id',
    'api_version',
    'version',
    'environment',
    'plans',
    'naming',
    'operations',
    'overrides',
    'problems',
    'tool_count',
    'search_text',
    'commit',
    'tree_id',
    'deleted_at',
    'aggregate_version',
  ]);
};

/** SQLite keeps JSON as text in any case. */
async function retype(knex, type) {
  if (knex.client.config.client !== 'pg') return;
  for (const [table, column] of ORDERED) {
    await knex.raw(
      `ALTER TABLE ?? ALTER COLUMN ?? TYPE ${type} USING ??::${type}`,
      [table, column, column],
    );
  }
}

/** SQLite does not mind the length. */
async function widenFeedKey(knex, length) {
  if (knex.client.config.client !== 'pg') return;
  await knex.raw(`ALTER TABLE feed ALTER COLUMN key TYPE varchar(${length})`);
}
