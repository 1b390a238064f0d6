import { Knex } from 'knex';

/** More words than that are not looked for. */
const MAX_WORDS = 10;

/**
 * A text as it is searched: in lower case and without accents. Made here and not by
 * the database, as SQLite knows case of ASCII only, and neither knows accents.
 */
export function searchText(...texts: readonly (string | undefined)[]): string {
  return texts
    .filter(Boolean)
    .join(' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
}

/** Limits a query to rows whose search text contains each of the words, whatever stands in them. */
export function matching(
  query: Knex.QueryBuilder,
  words: string,
  column: string = 'search_text',
): void {
  for (const word of searchText(words).split(/\s+/).slice(0, MAX_WORDS)) {
    const escaped = word.replace(/[\\%_]/g, c => `\\${c}`);
    query.whereRaw(`?? LIKE ? ESCAPE '\\'`, [column, `%${escaped}%`]);
  }
}
