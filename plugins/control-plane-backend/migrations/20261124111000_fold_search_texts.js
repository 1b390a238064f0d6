/** Search texts lose their accents, as words that are searched do. */

const BATCH = 500;

/** @param {string} text */
const fold = text =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  for (const table of ['apis', 'mcp_servers', 'mcp_server_tools']) {
    for (let after = null; ; ) {
      const query = knex(table).orderBy('id').limit(BATCH);
      if (after !== null) query.where('id', '>', after);
      const rows = await query.select('id', 'search_text');
      for (const { id, search_text: text } of rows) {
        const folded = fold(text);
        if (folded === text) continue;
        await knex(table).where({ id }).update({ search_text: folded });
      }
      if (rows.length < BATCH) break;
      after = rows[rows.length - 1].id;
    }
  }
};

/** The accents are gone; what is projected next brings them back. */
exports.down = async function down() {};
