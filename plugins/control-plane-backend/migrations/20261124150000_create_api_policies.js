/** What APIs, tenants and routes say of how calls are treated, and the policies that they name. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('api_policies', table => {
    table.string('name', 63).primary();
    table.text('description');
    table.string('type', 50).notNullable();
    table.text('config').notNullable();
    table.string('commit', 64).notNullable();
    table.string('tree_id', 64).notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('updated_at').notNullable();
  });
  await knex.schema.alterTable('apis', table => {
    table.text('policies').notNullable().defaultTo('[]');
  });
  await knex.schema.alterTable('tenants', table => {
    table.text('default_policies').notNullable().defaultTo('[]');
  });
  await knex.schema.alterTable('runtime_routes', table => {
    table.text('policies').notNullable().defaultTo('[]');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await dropColumns(knex, 'runtime_routes', ['policies']);
  await dropColumns(knex, 'tenants', ['default_policies']);
  await dropColumns(knex, 'apis', ['policies']);
  await knex.schema.dropTable('api_policies');
};
