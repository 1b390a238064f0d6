import { decodeCursor, encodeCursor } from './cursor';
import { Page, PageQuery } from './page';

const LIMIT = 25;

/** As `pageOf`, of a list that is in memory, sorted by `keyOf`. */
export function listPage<Item>(
  all: readonly Item[],
  asked: PageQuery,
  keyOf: (item: Item) => string,
): Page<Item> {
  if (asked.page !== undefined || asked.page_size !== undefined) {
    const { page = 1, page_size: size = asked.limit ?? LIMIT } = asked;
    const items = all.slice((page - 1) * size, page * size);
    return { items, total: all.length, page, page_size: size };
  }
  const limit = asked.limit ?? LIMIT;
  const after = decodeCursor(asked.cursor, 1)?.[0];
  const rest =
    after === undefined ? all : all.filter(item => keyOf(item) > after);
  const items = rest.slice(0, limit);
  return {
    items,
    ...(rest.length > limit && {
      next_cursor: encodeCursor([keyOf(items[items.length - 1])]),
    }),
  };
}
