/** Work on failed calls, rules of alerts, and what lists of what happened and sweeps of what is old look for. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema
    .alterTable('mcp_error_snapshots', table => {
      table.text('note');
      table.string('updated_by', 255);
      table.timestamp('updated_at');
      table.integer('aggregate_version').notNullable().defaultTo(1);
      table.index(['created_at'], 'idx_snapshot_age');
    })
    .alterTable('metering_events', table => {
      table.index(['at'], 'idx_metering_age');
    })
    .alterTable('audit_log', table => {
      table.index(['tenant_id', 'at'], 'idx_audit_at');
    })
    .createTable('alert_rules', table => {
      table.uuid('id').primary();
      table.string('tenant_id', 255).notNullable().references('tenants.id');
      table.string('name', 100).notNullable();
      table.string('metric', 30).notNullable();
      table.double('threshold').notNullable();
      table.string('window', 10).notNullable();
      table.string('api_id', 255);
      table.string('environment', 50);
      table.jsonb('target').notNullable();
      table.text('sealed_url');
      table.boolean('enabled').notNullable();
      table.string('created_by', 255).notNullable();
      table.timestamp('created_at').notNullable();
      table.timestamp('updated_at').notNullable();
      table.integer('aggregate_version').notNullable();
      table.unique(['tenant_id', 'id'], { indexName: 'idx_alert_rule_tenant' });
    })
    .createTable('alerts', table => {
      table.uuid('id').primary();
      table.string('tenant_id', 255).notNullable();
      table.uuid('rule_id').notNullable();
      table.string('name', 100).notNullable();
      table.string('metric', 30).notNullable();
      table.double('threshold').notNullable();
      table.double('value').notNullable();
      table.string('api_id', 255);
      table.string('environment', 50);
      table.string('status', 20).notNullable();
      table.timestamp('raised_at').notNullable();
      table.timestamp('cleared_at');
      table.index(['tenant_id', 'id'], 'idx_alert_tenant');
    });
  // One alert at a time for a rule.
  await knex.raw(`CREATE UNIQUE INDEX idx_alert_raised ON alerts
    (rule_id) WHERE status = 'raised'`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema
    .dropTable('alerts')
    .dropTable('alert_rules')
    .alterTable('audit_log', table => {
      table.dropIndex([], 'idx_audit_at');
    })
    .alterTable('metering_events', table => {
      table.dropIndex([], 'idx_metering_age');
    })
    .alterTable('mcp_error_snapshots', table => {
      table.dropIndex([], 'idx_snapshot_age');
    });
  await dropColumns(knex, 'mcp_error_snapshots', [
    'note',
    'updated_by',
    'updated_at',
    'aggregate_version',
  ]);
};
