/** Approval by a second person, ways back and on, who carries it out, and what was said meanwhile. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema
    .alterTable('deployments', table => {
      table.boolean('requires_approval').notNullable().defaultTo(false);
      table.string('approved_by', 255);
      table.timestamp('approved_at');
      table.uuid('promoted_from');
      table.uuid('rollback_of');
      table.string('executor', 20).notNullable().defaultTo('built-in');
      table.index(
        ['tenant_id', 'api_id', 'environment', 'id'],
        'idx_deploy_place',
      );
    })
    .createTable('deployment_logs', table => {
      table.uuid('id').primary();
      table.string('tenant_id', 255).notNullable();
      table.uuid('deployment_id').notNullable().references('deployments.id');
      table.string('step_name', 100);
      table.string('level', 10).notNullable();
      table.text('message').notNullable();
      table.timestamp('at').notNullable();
      table.index(['deployment_id', 'id'], 'idx_deploy_log');
    });
  // Nobody goes back from the same deployment twice at once.
  await knex.raw(`CREATE UNIQUE INDEX idx_deploy_rollback ON deployments
    (rollback_of) WHERE status IN ('pending', 'running')`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX idx_deploy_rollback');
  await knex.schema
    .dropTable('deployment_logs')
    .alterTable('deployments', table => {
      table.dropIndex([], 'idx_deploy_place');
    });
  await dropColumns(knex, 'deployments', [
    'requires_approval',
    'approved_by',
    'approved_at',
    'promoted_from',
    'rollback_of',
    'executor',
  ]);
};
