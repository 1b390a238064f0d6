import { Knex } from 'knex';
import { isPostgres } from './values';

/** Rows of some tens of columns: SQLite takes 999 bound values at once in its older forms, PostgreSQL 65,535. */
const ROWS = { sqlite: 30, postgres: 500 };

/** Rows by as many as one statement takes. */
export function* batchesOf<T>(db: Knex, rows: readonly T[]): Generator<T[]> {
  const size = isPostgres(db) ? ROWS.postgres : ROWS.sqlite;
  for (let i = 0; i < rows.length; i += size) yield rows.slice(i, i + size);
}
