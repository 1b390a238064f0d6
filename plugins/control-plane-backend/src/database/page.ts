import { StoaError } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { decodeCursor, encodeCursor } from './cursor';

/** Which part of a list is asked for: by the cursor of the page before, or by the number of a page. */
export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
  /** From 1. */
  readonly page?: number;
  readonly page_size?: number;
}

/** A part of a list. What is asked for by number says how much there is. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next_cursor?: string;
  readonly total?: number;
  readonly page?: number;
  readonly page_size?: number;
}

/** What a list is sorted by; the columns together are unique, and all in one direction. */
export interface Sorting<Row> {
  readonly columns: readonly string[];
  readonly order?: 'asc' | 'desc';
  /** The values of the columns in a row, as the cursor keeps them. */
  readonly keyOf: (row: Row) => readonly string[];
  /** Which of them must be a UUID, as PostgreSQL compares it with nothing else. */
  readonly uuidAt?: number;
  /** A cursor's values as the database has them; as they are without it. */
  readonly read?: (values: readonly string[]) => readonly Knex.Value[];
}

/** Ids are UUIDs of version 7, which sort by time. */
export function newestFirst(id: string): Sorting<any> {
  return { columns: [id], order: 'desc', keyOf: row => [row.id], uuidAt: 0 };
}

const LIMIT = 25;

/**
 * One part of what a query finds, in one statement, or two when it is asked for by its
 * number. Throws `stoa.validation` on `cursor` or `page`.
 */
export async function pageOf<Row, Item>(
  query: Knex.QueryBuilder,
  asked: PageQuery,
  sorting: Sorting<Row>,
  toItem: (row: Row) => Item,
): Promise<Page<Item>> {
  const { columns, order = 'asc', keyOf, uuidAt } = sorting;
  const sorted = query
    .clone()
    .orderBy(columns.map(column => ({ column, order })));
  if (asked.page !== undefined || asked.page_size !== undefined)
    return numbered(query, sorted, asked, toItem);
  const limit = asked.limit ?? LIMIT;
  const after = decodeCursor(asked.cursor, columns.length, uuidAt);
  if (after) {
    sorted.whereRaw(
      `(${columns.map(() => '??')}) ${
        order === 'asc' ? '>' : '<'
      } (${columns.map(() => '?')})`,
      [...columns, ...(sorting.read?.(after) ?? after)],
    );
  }
  // One more than asked for tells whether there are more.
  const rows: Row[] = await sorted.limit(limit + 1);
  const kept = rows.slice(0, limit);
  return {
    items: kept.map(toItem),
    ...(rows.length > limit && {
      next_cursor: encodeCursor(keyOf(kept[kept.length - 1])),
    }),
  };
}

async function numbered<Row, Item>(
  query: Knex.QueryBuilder,
  sorted: Knex.QueryBuilder,
  { page = 1, page_size, limit = LIMIT, cursor }: PageQuery,
  toItem: (row: Row) => Item,
): Promise<Page<Item>> {
  if (cursor !== undefined) {
    throw new StoaError('stoa.validation', 'Ask by cursor or by page.', {
      details: [{ field: 'page', message: 'Leave it out, or the cursor.' }],
    });
  }
  const size = page_size ?? limit;
  const [{ total }] = await query.clone().clearSelect().count({ total: '*' });
  const rows: Row[] = await sorted.limit(size).offset((page - 1) * size);
  return {
    items: rows.map(toItem),
    total: Number(total),
    page,
    page_size: size,
  };
}
