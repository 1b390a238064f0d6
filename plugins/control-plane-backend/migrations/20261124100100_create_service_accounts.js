/** Programs of a tenant, and who made them; the identity provider keeps what they prove themselves with. */

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('service_accounts', table => {
    table.uuid('id').primary();
    table.string('tenant_id', 255).notNullable().references('tenants.id');
    table.string('client_id', 255).notNullable().unique();
    table.string('name', 100).notNullable();
    table.text('description');
    table.jsonb('roles').notNullable();
    table.jsonb('scopes').notNullable();
    table.string('created_by', 255).notNullable();
    table.integer('rotation_count').notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('rotated_at');
    table.timestamp('deleted_at');
    table.index(['tenant_id', 'id'], 'idx_service_account_page');
    table.index(['created_by'], 'idx_service_account_creator');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('service_accounts');
};
