import { Knex } from 'knex';

/** Now, as every row and event writes it: ISO 8601 UTC with milliseconds. */
export function now(): string {
  return new Date().toISOString();
}

/** A time column as ISO 8601 UTC: PostgreSQL gives a Date, SQLite the string that was written. */
export function iso(value: Date | string): string {
  return new Date(value).toISOString();
}

export function isoOrNull(value: Date | string | null): string | null {
  return value === null ? null : iso(value);
}

/** A JSON column: PostgreSQL gives the value, SQLite its text. */
export function fromJson<T>(value: unknown): T {
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
}

/** Whether an error of either driver is a violated unique or primary key. */
export function isUniqueViolation(error: unknown): boolean {
  const code = (error as { code?: string } | undefined)?.code ?? '';
  return (
    code === '23505' ||
    code.startsWith('SQLITE_CONSTRAINT_UNIQUE') ||
    code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  );
}

/** SQLite has one writer anyway, and neither row locks nor triggers of ours. */
export function isPostgres(knex: Knex): boolean {
  return knex.client.config.client === 'pg';
}
