/**
 * Takes columns away, in place. Knex builds a table of SQLite anew for that, which
 * fails where rows of other tables refer to it.
 *
 * @param {import('knex').Knex} knex
 * @param {string} table
 * @param {readonly string[]} columns no index may be on them any more
 */
exports.dropColumns = async function dropColumns(knex, table, columns) {
  for (const column of columns)
    await knex.raw('ALTER TABLE ?? DROP COLUMN ??', [table, column]);
};
