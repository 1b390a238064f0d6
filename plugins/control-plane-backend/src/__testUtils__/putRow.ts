import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { isPostgres } from '../database/values';

type Row = Record<string, any>;

let last = 0;

/**
 * Puts a row into a table as it is now: what must have a value and is not given gets
 * one that fits, and what it refers to is there or put there too.
 */
export async function putRow(
  knex: Knex,
  table: string,
  given: Row = {},
): Promise<Row> {
  const row: Row = { ...given };
  for (const [column, parent] of await parentsOf(knex, table)) {
    if (column in row) continue;
    const found = (await knex(parent.table).first()) ?? undefined;
    const other = found ?? (await putRow(knex, parent.table));
    row[column] = other[parent.column];
  }
  const columns: Record<string, Knex.ColumnInfo> = await knex(
    table,
  ).columnInfo();
  const keys = await keysOf(knex, table);
  last += 1;
  for (const [
    column,
    { type, nullable, defaultValue, maxLength },
  ] of Object.entries(columns)) {
    const needed = keys.has(column) || (!nullable && defaultValue === null);
    if (column in row || !needed) continue;
    row[column] = valueOf(type, Number(maxLength) || 255);
  }
  const [put] = await knex(table).insert(row).returning('*');
  return put;
}

function valueOf(type: string, length: number): unknown {
  if (/json/.test(type)) return '{}';
  if (/bool/.test(type)) return false;
  if (/time|date/.test(type)) return new Date().toISOString();
  if (/int|float|double|real|numeric/.test(type)) return last;
  if (/uuid|char\(36\)/.test(type) || (type === 'char' && length === 36))
    return uuid();
  return `r${last}`.slice(0, length);
}

/** What the columns of a table refer to. */
async function parentsOf(
  knex: Knex,
  table: string,
): Promise<Map<string, { table: string; column: string }>> {
  const rows: { from: string; table: string; to: string }[] = isPostgres(knex)
    ? (
        await knex.raw(
          `SELECT a.attname AS "from", c.confrelid::regclass::text AS "table", b.attname AS "to"
           FROM pg_constraint c
           CROSS JOIN unnest(c.conkey, c.confkey) AS k(own, other)
           JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
           JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.other
           WHERE c.contype = 'f' AND c.conrelid = ?::regclass
           ORDER BY cardinality(c.conkey)`,
          [table],
        )
      ).rows
    : await knex.raw(`PRAGMA foreign_key_list(${table})`);
  // A reference of several columns is one row of the other table.
  const width = (to: string) => rows.filter(row => row.table === to).length;
  if (!isPostgres(knex)) rows.sort((a, b) => width(a.table) - width(b.table));
  return new Map(
    rows.map(row => [row.from, { table: row.table, column: row.to }]),
  );
}

/** SQLite lets a primary key be null, and means nothing by it. */
async function keysOf(knex: Knex, table: string): Promise<ReadonlySet<string>> {
  if (isPostgres(knex)) return new Set();
  const columns: { name: string; pk: number; type: string }[] = await knex.raw(
    `PRAGMA table_info(${table})`,
  );
  // A whole number counts up by itself.
  return new Set(
    columns.filter(c => c.pk > 0 && c.type !== 'INTEGER').map(c => c.name),
  );
}
