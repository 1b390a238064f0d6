/** Calls added up by hour and by day, and what they cost by plan. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('usage_rollups', table => {
    // SHA-256 of what is added up together.
    table.string('id', 64).primary();
    table.string('granularity', 4).notNullable();
    table.string('bucket', 13).notNullable();
    table.string('tenant_id', 255).notNullable();
    table.string('environment', 50);
    table.string('kind', 10).notNullable();
    table.string('api_id', 255);
    table.string('server', 255);
    table.string('tool', 255);
    table.string('application_id', 255);
    table.string('subscription_id', 255);
    table.string('plan', 63);
    table.string('subject', 255);
    table.string('status', 20).notNullable();
    table.bigInteger('calls').notNullable();
    table.bigInteger('latency_micros').notNullable();
    table.double('latency_max').notNullable();
    table.bigInteger('request_bytes').notNullable();
    table.bigInteger('response_bytes').notNullable();
    table.text('latencies').notNullable();
    table.index(['tenant_id', 'granularity', 'bucket'], 'idx_rollup_tenant');
    table.index(['subject', 'granularity', 'bucket'], 'idx_rollup_subject');
    table.index(['bucket'], 'idx_rollup_age');
  });
  // Read back to the last digit, or adding up anew would give something else.
  if (knex.client.config.client !== 'better-sqlite3') {
    await knex.schema.alterTable('metering_events', table => {
      table.double('latency_ms').notNullable().alter();
      table.double('backend_ms').nullable().alter();
    });
  }
  await knex.schema.alterTable('plans', table => {
    table.bigInteger('price_micros');
    table.string('currency', 3);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  if (knex.client.config.client !== 'better-sqlite3') {
    await knex.schema.alterTable('metering_events', table => {
      table.float('latency_ms').notNullable().alter();
      table.float('backend_ms').nullable().alter();
    });
  }
  await dropColumns(knex, 'plans', ['price_micros', 'currency']);
  await knex.schema.dropTable('usage_rollups');
};
