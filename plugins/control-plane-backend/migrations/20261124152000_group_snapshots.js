/** Failures that are alike, as one. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('mcp_error_snapshots', table => {
    table.string('environment', 50);
    table.string('fingerprint', 64);
    table.string('trace_id', 32);
    table.integer('occurrences').notNullable().defaultTo(1);
    table.timestamp('last_at');
    table.index(
      ['tenant_id', 'fingerprint', 'created_at'],
      'idx_snapshot_alike',
    );
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('mcp_error_snapshots', table => {
    table.dropIndex([], 'idx_snapshot_alike');
  });
  await dropColumns(knex, 'mcp_error_snapshots', [
    'environment',
    'fingerprint',
    'trace_id',
    'occurrences',
    'last_at',
  ]);
};
