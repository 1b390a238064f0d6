/** MCP servers that are elsewhere: how they are reached, and what they changed of their tools since. */

const { dropColumns } = require('./lib/dropColumns');

const COLUMNS = [
  'transport',
  'auth_header',
  'sealed_secret',
  'new_tools',
  'discovered_at',
  'discovery_error',
  'protocol_version',
];

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('mcp_servers', table => {
    table.string('transport', 20);
    table.string('auth_header', 64);
    table.text('sealed_secret');
    table.string('new_tools', 10);
    table.timestamp('discovered_at');
    table.string('discovery_error', 50);
    table.string('protocol_version', 20);
  });
  await knex.schema.createTable('mcp_tool_changes', table => {
    table.uuid('id').primary();
    table.string('tenant_id', 255).notNullable().references('tenants.id');
    table.uuid('server_id').notNullable().references('mcp_servers.id');
    table.string('tool_name', 255).notNullable();
    table.string('kind', 10).notNullable();
    table.string('hash', 64).notNullable();
    table.json('definition');
    table.json('pinned');
    table.string('status', 20).notNullable();
    table.timestamp('found_at').notNullable();
    table.string('decided_by', 255);
    table.timestamp('decided_at');
    table.index(['server_id', 'id'], 'idx_tool_change_server');
  });
  // One open question about a tool at a time.
  await knex.raw(`CREATE UNIQUE INDEX idx_tool_change_open ON mcp_tool_changes
    (server_id, tool_name) WHERE status = 'pending'`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('mcp_tool_changes');
  // What only this release knows would be taken for sets of tools.
  const elsewhere = knex('mcp_servers').where({ kind: 'mcp' }).select('id');
  await knex('mcp_server_tools').whereIn('server_id', elsewhere).del();
  await knex('mcp_servers').where({ kind: 'mcp' }).del();
  await dropColumns(knex, 'mcp_servers', COLUMNS);
};
