/** An operation to tick: what it does to whom, and how it is called in the selection. */
export interface Operation {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
}

/** Those in which every word of the filter occurs, in the order of the document. */
export function filtered(
  operations: readonly Operation[],
  filter: string,
): readonly Operation[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return operations;
  return operations.filter(({ key, method, path, summary }) => {
    const text = `${method} ${path} ${summary} ${key}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** Ticks what is not ticked yet, or takes all of them out when all are. What is not among `keys` stays as it is. */
export function toggled(
  selected: ReadonlySet<string>,
  keys: readonly string[],
): ReadonlySet<string> {
  const next = new Set(selected);
  const all = keys.every(key => selected.has(key));
  for (const key of keys) {
    if (all) next.delete(key);
    else next.add(key);
  }
  return next;
}

/** The first and the last row in view, and a few around them; `last` is not included. */
export function rowsInView(options: {
  readonly top: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
}): { readonly first: number; readonly last: number } {
  const { top, height, rowHeight, count } = options;
  const AROUND = 8;
  const first = Math.floor(top / rowHeight) - AROUND;
  const last = Math.ceil((top + height) / rowHeight) + AROUND;
  return { first: Math.max(0, first), last: Math.min(count, last) };
}
