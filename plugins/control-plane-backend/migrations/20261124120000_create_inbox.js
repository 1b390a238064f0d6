/** Which events a group of consumers has handled: what comes again has no second effect. */

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('event_inbox', table => {
    table.string('consumer_group', 50).notNullable();
    table.string('event_id', 255).notNullable();
    table.timestamp('handled_at').notNullable();
    table.primary(['consumer_group', 'event_id']);
    table.index(['handled_at'], 'idx_event_inbox_age');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('event_inbox');
};
