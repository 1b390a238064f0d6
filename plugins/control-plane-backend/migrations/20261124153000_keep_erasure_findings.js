/** Which tenants an erasure leaves without an administrator, as found when it began. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('person_erasures', table => {
    table.text('tenants_without_admin').notNullable().defaultTo('[]');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await dropColumns(knex, 'person_erasures', ['tenants_without_admin']);
};
