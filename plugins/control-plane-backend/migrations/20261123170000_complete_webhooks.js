/** What webhooks need to be changed, and their deliveries to be tried again, given up and sent once more. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema
    .alterTable('tenant_webhooks', table => {
      table.string('name', 100);
      table.string('created_by', 255);
      table.integer('consecutive_failures').notNullable().defaultTo(0);
      table.timestamp('last_success_at');
      table.timestamp('last_failure_at');
      table.timestamp('updated_at');
      table.timestamp('deleted_at');
    })
    .alterTable('webhook_deliveries', table => {
      table.string('event_id', 255);
      table.string('status', 20).notNullable().defaultTo('dead');
      table.string('error', 20);
      table.integer('duration_ms');
      table.uuid('claimed_by');
      table.timestamp('created_at');
      table.timestamp('next_attempt_at');
      table.timestamp('last_attempt_at');
      table.unique(['webhook_id', 'event_id'], {
        indexName: 'idx_delivery_event',
      });
      table.index(['webhook_id', 'id'], 'idx_delivery_page');
      table.index(['created_at'], 'idx_delivery_age');
    });
  await knex.raw(`CREATE INDEX idx_delivery_due ON webhook_deliveries
    (next_attempt_at) WHERE status IN ('pending', 'sending')`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX idx_delivery_due');
  await knex.schema.alterTable('webhook_deliveries', table => {
    table.dropUnique([], 'idx_delivery_event');
    table.dropIndex([], 'idx_delivery_page');
    table.dropIndex([], 'idx_delivery_age');
  });
  await dropColumns(knex, 'webhook_deliveries', [
    'event_id',
    'status',
    'error',
    'duration_ms',
    'claimed_by',
    'created_at',
    'next_attempt_at',
    'last_attempt_at',
  ]);
  await dropColumns(knex, 'tenant_webhooks', [
    'name',
    'created_by',
    'consecutive_failures',
    'last_success_at',
    'last_failure_at',
    'updated_at',
    'deleted_at',
  ]);
};
