/** When a deprecated API ends and what comes after it, and what was called when, by API. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema
    .alterTable('apis', table => {
      table.timestamp('sunset');
      table.string('successor', 255);
    })
    .alterTable('metering_events', table => {
      table.index(['tenant_id', 'api_id', 'at'], 'idx_metering_api');
    });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('metering_events', table => {
    table.dropIndex([], 'idx_metering_api');
  });
  await dropColumns(knex, 'apis', ['sunset', 'successor']);
};
