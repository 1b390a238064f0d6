/** Erasures of people that are under way or just done, and from where on the feed is complete since. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('person_erasures', table => {
    table.uuid('id').primary();
    table.string('subject', 255).unique();
    table.string('subject_hash', 64).notNullable();
    table.string('tombstone', 64).notNullable().unique();
    table.string('status', 20).notNullable();
    table.timestamp('started_at').notNullable();
    table.timestamp('finished_at');
    table.index(['subject_hash'], 'idx_erasure_hash');
  });
  await knex.schema.alterTable('feed_head', table => {
    table.bigInteger('kept_from').notNullable().defaultTo(0);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await dropColumns(knex, 'feed_head', ['kept_from']);
  await knex.schema.dropTable('person_erasures');
};
