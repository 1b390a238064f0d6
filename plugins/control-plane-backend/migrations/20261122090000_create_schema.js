/**
 * The whole schema. Tables of the domain carry `tenant_id`; what a consumer
 * owns carries its owner. Times are written as ISO 8601 UTC strings, JSON
 * columns are never queried by path.
 */

const id = table => table.uuid('id').primary();
const tenant = table => table.string('tenant_id', 255).notNullable();
const times = table => {
  table.timestamp('created_at').notNullable();
  table.timestamp('updated_at').notNullable();
};

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema
    .createTable('tenants', table => {
      table.string('id', 255).primary();
      table.string('display_name').notNullable();
      table.text('description');
      table.string('status', 20).notNullable();
      table.string('provisioning', 20).notNullable();
      table.string('portal_visibility', 20).notNullable();
      table.jsonb('settings').notNullable();
      table.jsonb('tags').notNullable();
      table.integer('aggregate_version').notNullable();
      times(table);
    })
    .createTable('plans', table => {
      tenant(table).references('tenants.id');
      table.string('id', 63).notNullable();
      table.string('name').notNullable();
      table.integer('rate_limit_per_minute').notNullable();
      table.integer('burst').notNullable();
      table.integer('quota_per_day');
      table.integer('quota_per_month');
      table.boolean('requires_approval').notNullable();
      table.jsonb('auto_approve_roles').notNullable();
      table.primary(['tenant_id', 'id']);
    })
    .createTable('apis', table => {
      id(table);
      tenant(table).references('tenants.id');
      table.string('api_id', 255).notNullable();
      table.string('display_name').notNullable();
      table.string('version', 64).notNullable();
      table.text('description');
      table.string('status', 20).notNullable();
      table.string('visibility', 20).notNullable();
      table.string('owner');
      table.string('category', 63);
      table.jsonb('tags').notNullable();
      table.jsonb('plans').notNullable();
      table.jsonb('environments').notNullable();
      table.text('search_text').notNullable();
      table.string('definition_hash', 64);
      table.string('spec_version', 20);
      table.integer('operation_count');
      table.text('catalog_definition');
      table.timestamp('deleted_at');
      table.string('tree_id', 64).notNullable();
      table.string('commit', 64).notNullable();
      table.integer('aggregate_version').notNullable();
      times(table);
      table.unique(['tenant_id', 'api_id']);
      table.index(['status', 'display_name', 'id'], 'idx_apis_portal');
    })
    .createTable('api_versions', table => {
      tenant(table);
      table.string('api_id', 255).notNullable();
      table.string('version', 64).notNullable();
      table.string('commit', 64).notNullable();
      table.string('definition_hash', 64).notNullable();
      table.boolean('frozen').notNullable();
      table.timestamp('created_at').notNullable();
      table.primary(['tenant_id', 'api_id', 'version']);
    })
    .createTable('quarantine', table => {
      tenant(table);
      table.string('path', 512).notNullable();
      table.string('commit', 64).notNullable();
      table.text('reason').notNullable();
      table.timestamp('created_at').notNullable();
      table.primary(['tenant_id', 'path']);
    })
    .createTable('applications', table => {
      id(table);
      table.string('tenant_id', 255);
      table.string('owner_ref', 255).notNullable();
      table.string('name').notNullable();
      table.text('description');
      table.jsonb('redirect_uris').notNullable();
      table.string('environment', 50).notNullable();
      table.string('security_profile', 20).notNullable();
      times(table);
      table.index(['owner_ref', 'id'], 'idx_app_owner');
    })
    .createTable('subscriptions', table => {
      id(table);
      table.uuid('application_id').notNullable().references('applications.id');
      table.string('api_id', 255).notNullable();
      tenant(table);
      table.string('subscriber_id', 255).notNullable();
      table.string('api_key_hash', 64);
      table.string('api_key_prefix', 12);
      table.string('status', 20).notNullable();
      table.timestamp('created_at').notNullable();
      table.timestamp('expires_at');
      table.timestamp('approved_at');
      table.string('approved_by', 255);
      table.integer('rate_limit').notNullable();
      table.string('plan', 63).notNullable();
      table.integer('burst').notNullable();
      table.text('request_reason');
      table.text('status_reason');
      table.string('previous_key_hash', 64);
      table.timestamp('previous_key_expires_at');
      table.integer('aggregate_version').notNullable();
      table.timestamp('updated_at').notNullable();
      table
        .foreign(['tenant_id', 'api_id'])
        .references(['tenant_id', 'api_id'])
        .inTable('apis');
      table.unique(['api_key_hash']);
      table.index(['tenant_id'], 'idx_sub_tenant');
      table.index(['api_id'], 'idx_sub_api');
      table.index(['application_id'], 'idx_sub_app');
      table.index(['status'], 'idx_sub_status');
      table.index(['subscriber_id', 'id'], 'idx_sub_subscriber');
    })
    .createTable('subscription_history', table => {
      id(table);
      tenant(table);
      table
        .uuid('subscription_id')
        .notNullable()
        .references('subscriptions.id');
      table.string('event', 100).notNullable();
      table.string('status', 20).notNullable();
      table.string('actor', 255).notNullable();
      table.text('reason');
      table.timestamp('created_at').notNullable();
      table.index(['subscription_id', 'id']);
    })
    .createTable('deployments', table => {
      id(table);
      tenant(table);
      table.string('api_id', 255).notNullable();
      table.string('version', 64).notNullable();
      table.string('environment', 50).notNullable();
      table.string('status', 20).notNullable();
      table.string('requested_by', 255).notNullable();
      table.string('backend_url', 512).notNullable();
      table.string('commit', 64).notNullable();
      table.text('message');
      table.string('correlation_id', 128).notNullable();
      table.uuid('trace_id').notNullable();
      table.timestamp('created_at').notNullable();
      table.timestamp('completed_at');
      table.integer('aggregate_version').notNullable();
      table
        .foreign(['tenant_id', 'api_id'])
        .references(['tenant_id', 'api_id'])
        .inTable('apis');
      table.index(['tenant_id', 'id'], 'idx_deploy_tenant');
    })
    .createTable('runtime_routes', table => {
      tenant(table);
      table.string('api_id', 255).notNullable();
      table.string('version', 64).notNullable();
      table.string('environment', 50).notNullable();
      table.string('backend_url', 512).notNullable();
      table.uuid('deployment_id').notNullable();
      table.timestamp('created_at').notNullable();
      table.primary(['environment', 'tenant_id', 'api_id', 'version']);
    })
    .createTable('pipeline_traces', table => {
      id(table);
      table.string('correlation_id', 128).notNullable();
      tenant(table);
      table.string('api_id', 255);
      table.string('environment', 50);
      table.string('status', 20).notNullable();
      table.timestamp('started_at').notNullable();
      table.timestamp('completed_at');
      table.index(['tenant_id', 'id']);
    })
    .createTable('trace_steps', table => {
      id(table);
      table.uuid('trace_id').notNullable().references('pipeline_traces.id');
      tenant(table);
      table.integer('position').notNullable();
      table.string('step_name', 100).notNullable();
      table.string('status', 20).notNullable();
      table.text('message');
      table.jsonb('metadata');
      table.timestamp('started_at');
      table.timestamp('completed_at');
      table.unique(['trace_id', 'position']);
    })
    .createTable('mcp_servers', table => {
      id(table);
      tenant(table);
      table.string('name', 255).notNullable();
      table.text('description');
      table.string('endpoint', 512);
      table.string('auth_type', 50);
      table.string('status', 20).notNullable();
      times(table);
      table.unique(['tenant_id', 'name']);
    })
    .createTable('mcp_server_tools', table => {
      id(table);
      table.uuid('server_id').notNullable().references('mcp_servers.id');
      tenant(table);
      table.string('name', 255).notNullable();
      table.text('description');
      table.jsonb('input_schema');
      table.jsonb('output_schema');
      table.string('endpoint', 512);
      table.string('method', 10);
      table.unique(['server_id', 'name']);
    })
    .createTable('mcp_subscriptions', table => {
      id(table);
      table.uuid('server_id').notNullable().references('mcp_servers.id');
      tenant(table);
      table.string('subscriber_id', 255).notNullable();
      table.string('status', 20).notNullable();
      table.timestamp('created_at').notNullable();
      table.index(['subscriber_id', 'id']);
    })
    .createTable('tenant_webhooks', table => {
      id(table);
      tenant(table);
      table.string('url', 512).notNullable();
      table.jsonb('events').notNullable();
      table.string('secret', 255);
      table.string('status', 20).notNullable();
      table.timestamp('created_at').notNullable();
      table.index(['tenant_id']);
    })
    .createTable('webhook_deliveries', table => {
      id(table);
      table.uuid('webhook_id').notNullable().references('tenant_webhooks.id');
      tenant(table);
      table.string('event_type', 100).notNullable();
      table.jsonb('payload').notNullable();
      table.integer('response_code');
      table.text('response_body');
      table.integer('attempts').notNullable();
      table.timestamp('delivered_at');
      table.index(['tenant_id', 'id']);
    })
    .createTable('mcp_error_snapshots', table => {
      id(table);
      tenant(table);
      table.string('tool_name', 255);
      table.string('error_type', 100).notNullable();
      table.text('error_message');
      table.jsonb('request_data');
      table.jsonb('response_data');
      table.text('stack_trace');
      table.timestamp('created_at').notNullable();
      table.index(['tenant_id', 'id']);
    });

  await knex.schema
    .createTable('people', table => {
      table.string('subject', 255).primary();
      table.string('name');
      table.string('email');
      table.boolean('platform_admin').notNullable();
      table.timestamp('updated_at').notNullable();
    })
    .createTable('person_grants', table => {
      table.string('subject', 255).notNullable().references('people.subject');
      tenant(table);
      table.string('role', 20).notNullable();
      table.primary(['subject', 'tenant_id', 'role']);
      table.index(['tenant_id', 'subject']);
    })
    .createTable('person_keys', table => {
      table.string('subject', 255).primary();
      table.string('key', 64).notNullable();
      table.string('pseudonym', 64).notNullable().unique();
    })
    .createTable('git_projections', table => {
      table.string('repository', 255).primary();
      table.string('commit', 64);
      table.timestamp('updated_at').notNullable();
    })
    .createTable('git_writes', table => {
      id(table);
      table.string('subject', 255).notNullable();
      table.string('action', 100).notNullable();
      table.string('resource', 255).notNullable();
      table.string('correlation_id', 128).notNullable();
      table.timestamp('created_at').notNullable();
    })
    .createTable('outbox', table => {
      id(table);
      table.string('channel', 10).notNullable();
      table.string('topic', 50).notNullable();
      tenant(table);
      table.integer('partition').notNullable();
      table.string('aggregate', 255).notNullable();
      table.integer('aggregate_version').notNullable();
      table.jsonb('message').notNullable();
      table.string('state', 10).notNullable();
      table.string('claimed_by', 64);
      table.integer('attempts').notNullable();
      table.text('last_error');
      table.timestamp('created_at').notNullable();
      table.index(['state', 'partition', 'id'], 'idx_outbox_claim');
    })
    .createTable('outbox_leases', table => {
      table.integer('partition').primary();
      table.string('owner', 64);
      table.timestamp('expires_at').notNullable();
    })
    .createTable('feed', table => {
      table.bigInteger('seq').primary();
      table.string('outbox_id', 36).notNullable().unique();
      table.string('kind', 20).notNullable();
      table.string('op', 10).notNullable();
      table.string('key', 255).notNullable();
      table.jsonb('value');
      table.timestamp('created_at').notNullable();
    })
    .createTable('feed_head', table => {
      table.integer('id').primary();
      table.bigInteger('seq').notNullable();
    })
    .createTable('audit_log', table => {
      tenant(table);
      table.bigInteger('seq').notNullable();
      table.string('event_id', 64).notNullable();
      table.timestamp('at').notNullable();
      table.string('actor', 64).notNullable();
      table.string('action', 100).notNullable();
      table.string('resource', 255).notNullable();
      table.string('outcome', 10).notNullable();
      table.integer('count').notNullable();
      table.text('details').notNullable();
      table.string('correlation_id', 128).notNullable();
      table.string('address', 64).notNullable();
      table.string('prev_hash', 64).notNullable();
      table.string('hash', 64).notNullable();
      table.primary(['tenant_id', 'seq']);
      table.unique(['tenant_id', 'event_id']);
    })
    .createTable('audit_denials', table => {
      tenant(table);
      table.string('minute', 16).notNullable();
      table.string('subject', 255).notNullable();
      table.string('action', 100).notNullable();
      table.string('resource', 255).notNullable();
      table.string('rule', 100).notNullable();
      table.integer('count').notNullable();
      table.string('correlation_id', 128).notNullable();
      table.string('address', 64).notNullable();
      table.primary([
        'minute',
        'tenant_id',
        'subject',
        'action',
        'resource',
        'rule',
      ]);
    })
    .createTable('idempotency_keys', table => {
      table.string('subject', 255).notNullable();
      table.string('key', 200).notNullable();
      table.string('request_hash', 64).notNullable();
      table.integer('status');
      table.text('body');
      table.timestamp('created_at').notNullable();
      table.primary(['subject', 'key']);
    })
    .createTable('metering_events', table => {
      table.uuid('event_id').primary();
      tenant(table);
      table.timestamp('at').notNullable();
      table.string('bucket', 13).notNullable();
      table.string('kind', 10).notNullable();
      table.string('environment', 50);
      table.string('application_id', 255);
      table.string('subscription_id', 255);
      table.string('subject', 255);
      table.string('api_id', 255);
      table.string('version', 64);
      table.string('status', 20).notNullable();
      table.integer('http_status');
      table.float('latency_ms').notNullable();
      table.float('backend_ms');
      table.bigInteger('request_bytes');
      table.bigInteger('response_bytes');
      table.string('request_id', 128);
      table.index(['tenant_id', 'bucket']);
      table.index(['subject', 'bucket']);
    });

  // Only one live subscription for an application and an API; terminal ones stay as history.
  await knex.raw(`CREATE UNIQUE INDEX idx_sub_live ON subscriptions
    (application_id, tenant_id, api_id) WHERE status IN ('pending', 'active', 'suspended')`);

  const epoch = new Date(0).toISOString();
  await knex('outbox_leases').insert(
    Array.from({ length: 8 }, (_, partition) => ({
      partition,
      expires_at: epoch,
    })),
  );
  await knex('feed_head').insert({ id: 1, seq: 0 });

  if (knex.client.config.client === 'pg') {
    await knex.raw(`CREATE FUNCTION audit_log_is_append_only() RETURNS trigger AS $$
      BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$ LANGUAGE plpgsql`);
    await knex.raw(`CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
      FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only()`);
  }
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  const tables =
    'metering_events idempotency_keys audit_denials audit_log feed_head feed outbox_leases outbox git_writes git_projections person_keys person_grants people mcp_error_snapshots webhook_deliveries tenant_webhooks mcp_subscriptions mcp_server_tools mcp_servers trace_steps pipeline_traces runtime_routes deployments subscription_history subscriptions applications quarantine api_versions apis plans tenants';
  for (const name of tables.split(' ')) await knex.schema.dropTable(name);
  if (knex.client.config.client === 'pg') {
    await knex.raw('DROP FUNCTION audit_log_is_append_only()');
  }
};
