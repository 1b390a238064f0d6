/** The trace in which a message was written, which whoever handles it goes on with. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.alterTable('outbox', table => {
    table.string('traceparent', 55);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await dropColumns(knex, 'outbox', ['traceparent']);
};
