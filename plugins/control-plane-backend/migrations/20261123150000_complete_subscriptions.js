/**
 * What both kinds of subscription need to change their key, to last longer and to
 * end by themselves.
 */

const { dropColumns } = require('./lib/dropColumns');

const TABLES = { subscriptions: 'sub', mcp_subscriptions: 'mcp_sub' };
const COLUMNS = [
  'rotation_count',
  'last_rotated_at',
  'extension_count',
  'extended_days',
  'warned_days',
];

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('mcp_subscriptions', table => {
    table.string('previous_key_hash', 64);
    table.timestamp('previous_key_expires_at');
    table.json('requested_tools');
  });
  for (const [name, short] of Object.entries(TABLES)) {
    await knex.schema.alterTable(name, table => {
      table.integer('rotation_count').notNullable().defaultTo(0);
      table.timestamp('last_rotated_at');
      table.integer('extension_count').notNullable().defaultTo(0);
      table.integer('extended_days').notNullable().defaultTo(0);
      table.integer('warned_days');
      table.index(['previous_key_hash'], `idx_${short}_previous_key`);
    });
    await knex.raw(`CREATE INDEX idx_${short}_expiry ON ${name} (expires_at)
      WHERE status IN ('active', 'suspended') AND expires_at IS NOT NULL`);
  }
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  for (const [name, short] of Object.entries(TABLES)) {
    await knex.raw(`DROP INDEX idx_${short}_expiry`);
    await knex.schema.alterTable(name, table => {
      table.dropIndex([], `idx_${short}_previous_key`);
    });
    await dropColumns(knex, name, COLUMNS);
  }
  await dropColumns(knex, 'mcp_subscriptions', [
    'previous_key_hash',
    'previous_key_expires_at',
    'requested_tools',
  ]);
};
