import { Pages } from './usePages';

/** Two keyset lists as one: each is shown as far as it is loaded, and `more` asks both for what they still have. */
export function mergePages<A, B>(
  a: Pages<A>,
  b: Pages<B>,
  compare: (left: A | B, right: A | B) => number,
): Pages<A | B> {
  const both = a.data && b.data && [...a.data, ...b.data].sort(compare);
  return {
    // One of the two may be broken: the other is still worth seeing.
    data: both ?? (a.error && b.data) ?? (b.error && a.data),
    error: a.error ?? b.error,
    loading: a.loading || b.loading,
    hasMore: a.hasMore || b.hasMore,
    more: () => {
      if (a.hasMore) a.more();
      if (b.hasMore) b.more();
    },
    reload: () => {
      a.reload();
      b.reload();
    },
  };
}
