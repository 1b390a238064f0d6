/** Calls of tools that wait until a person lets them through. */

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('mcp_approvals', table => {
    table.uuid('id').primary();
    table.string('tenant_id', 255).notNullable().references('tenants.id');
    table.uuid('server_id').notNullable().references('mcp_servers.id');
    table.string('tool_name', 255).notNullable();
    table.string('subject', 255).notNullable();
    table.string('client_id', 255);
    table.string('arguments_hash', 64).notNullable();
    table.json('arguments').notNullable();
    table.boolean('destructive').notNullable();
    table.string('request_id', 128);
    table.string('status', 20).notNullable();
    table.timestamp('created_at').notNullable();
    table.timestamp('expires_at').notNullable();
    table.string('decided_by', 255);
    table.timestamp('decided_at');
    table.text('note');
    table.timestamp('used_at');
    table.integer('aggregate_version').notNullable();
    table.index(['tenant_id', 'id'], 'idx_approval_tenant');
    table.index(['subject', 'id'], 'idx_approval_subject');
    table.index(['created_at'], 'idx_approval_age');
  });
  // One question at a time about the same call; sweeps look for those whose time is over.
  await knex.raw(`CREATE UNIQUE INDEX idx_approval_open ON mcp_approvals
    (server_id, tool_name, subject, arguments_hash) WHERE status IN ('pending', 'approved')`);
  await knex.raw(`CREATE INDEX idx_approval_due ON mcp_approvals
    (expires_at) WHERE status IN ('pending', 'approved')`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('mcp_approvals');
};
