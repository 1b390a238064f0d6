/** What a tenant's manifest in Git is, and the steps in which a tenant is provided for. */

const { dropColumns } = require('./lib/dropColumns');

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema
    .alterTable('tenants', table => {
      table.string('tree_id', 64);
      table.text('status_reason');
      table.timestamp('provisioning_until');
    })
    .createTable('tenant_provisioning_steps', table => {
      table.string('tenant_id', 255).notNullable().references('tenants.id');
      table.integer('position').notNullable();
      table.string('name', 50).notNullable();
      table.string('status', 20).notNullable();
      table.integer('attempts').notNullable();
      table.text('message');
      table.timestamp('started_at');
      table.timestamp('completed_at');
      table.primary(['tenant_id', 'name']);
    });
  await knex.raw(`CREATE INDEX idx_tenant_provisioning ON tenants (id)
    WHERE provisioning IN ('pending', 'provisioning')`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX idx_tenant_provisioning');
  await knex.schema.dropTable('tenant_provisioning_steps');
  await dropColumns(knex, 'tenants', [
    'tree_id',
    'status_reason',
    'provisioning_until',
  ]);
};
