/** What applications prove themselves with at the identity provider. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('applications', table => {
    table.string('client_id', 255);
    table.integer('rotation_count').notNullable().defaultTo(0);
  });
  await knex.raw(`CREATE UNIQUE INDEX idx_app_client ON applications
    (client_id) WHERE client_id IS NOT NULL`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX idx_app_client');
  await dropColumns(knex, 'applications', ['client_id', 'rotation_count']);
};
