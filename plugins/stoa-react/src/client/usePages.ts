import { useCallback, useState } from 'react';
import { Loaded, useLoad } from './useLoad';

export interface KeysetPage<T> {
  readonly items: readonly T[];
  readonly next_cursor?: string;
}

export interface Pages<T> extends Loaded<readonly T[]> {
  readonly hasMore: boolean;
  readonly more: () => void;
}

/**
 * A keyset list that grows: `more()` adds a page, `reload()` asks again for as
 * many pages as are shown, so that a live update does not shorten the list.
 */
export function usePages<T>(
  key: string | undefined,
  load: (
    cursor: string | undefined,
    signal: AbortSignal,
  ) => Promise<KeysetPage<T>>,
): Pages<T> {
  const [shown, setShown] = useState<{ key?: string; pages: number }>({
    pages: 1,
  });
  const pages = shown.key === key ? shown.pages : 1;
  const loaded = useLoad(
    key === undefined ? undefined : `${key}#${pages}`,
    async signal => {
      const items: T[] = [];
      let cursor: string | undefined;
      for (let n = 0; n < pages; n++) {
        const page = await load(cursor, signal);
        items.push(...page.items);
        cursor = page.next_cursor;
        if (!cursor) break;
      }
      return { items, more: cursor !== undefined };
    },
    { keep: true },
  );
  const more = useCallback(
    () => setShown({ key, pages: pages + 1 }),
    [key, pages],
  );
  return {
    ...loaded,
    data: loaded.data?.items,
    loading: loaded.loading && (pages === 1 || !loaded.data),
    hasMore: loaded.data?.more ?? false,
    more,
  };
}
