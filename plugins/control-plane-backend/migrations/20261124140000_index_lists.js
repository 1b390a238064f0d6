/** The orders in which long lists are paged. */
const INDEXES = {
  idx_apis_by_name: 'apis (display_name, id) WHERE deleted_at IS NULL',
  idx_sub_tenant_newest: 'subscriptions (tenant_id, id)',
  idx_mcp_sub_tenant_newest: 'mcp_subscriptions (tenant_id, id)',
};

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  for (const [name, on] of Object.entries(INDEXES))
    await knex.raw(`CREATE INDEX ${name} ON ${on}`);
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  for (const name of Object.keys(INDEXES)) await knex.raw(`DROP INDEX ${name}`);
};
