/** What people are told, each by each way, until it is sent or given up; and the language that they read. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema
    .createTable('notification_deliveries', table => {
      table.uuid('id').primary();
      table.string('tenant_id', 255).notNullable();
      table.string('event_id', 255).notNullable();
      table.string('channel', 20).notNullable();
      table.string('recipient', 255).notNullable();
      table.jsonb('notice').notNullable();
      table.string('status', 20).notNullable();
      table.integer('attempts').notNullable();
      table.string('error', 100);
      table.uuid('claimed_by');
      table.timestamp('created_at').notNullable();
      table.timestamp('next_attempt_at');
      table.timestamp('sent_at');
      table.unique(['event_id', 'channel', 'recipient'], {
        indexName: 'idx_notification_event',
      });
      table.index(['created_at'], 'idx_notification_age');
    })
    .alterTable('people', table => {
      table.string('language', 5);
    });
  await knex.raw(`CREATE INDEX idx_notification_due ON notification_deliveries
    (next_attempt_at) WHERE status IN ('pending', 'sending')`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('notification_deliveries');
  await dropColumns(knex, 'people', ['language']);
};
