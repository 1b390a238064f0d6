/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('oidc_payloads', table => {
    table.comment(
      'What the embedded issuer keeps: sessions, grants, codes, refresh tokens, registered clients',
    );
    table.string('model', 64).notNullable();
    table
      .string('id', 255)
      .notNullable()
      .comment('Hashed where the id itself is a credential');
    table.text('payload').notNullable().comment('JSON');
    table.string('grant_id', 255).nullable();
    table.string('uid', 255).nullable().comment('Sessions only');
    table
      .bigInteger('consumed_at')
      .nullable()
      .comment('Seconds since the epoch');
    table
      .bigInteger('expires_at')
      .nullable()
      .comment('Seconds since the epoch');
    table.primary(['model', 'id']);
    table.index(['grant_id']);
    table.index(['uid']);
    table.index(['expires_at']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('oidc_payloads');
};
