import { Column } from './types';

export interface Sort {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

/** Filters (every word must occur) and sorts, without touching the order it was given otherwise. */
export function arrange<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  options: {
    readonly filter: string;
    readonly sort?: Sort;
    readonly textOf?: (row: T) => string;
  },
): readonly T[] {
  const { textOf, sort } = options;
  const words = options.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found =
    textOf && words.length
      ? rows.filter(row => {
          const text = textOf(row).toLowerCase();
          return words.every(word => text.includes(word));
        })
      : rows;
  const by = columns.find(column => column.id === sort?.column)?.sortBy;
  if (!by || !sort) return found;
  const sign = sort.direction === 'ascending' ? 1 : -1;
  return [...found].sort((a, b) => sign * compare(by(a), by(b)));
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b));
}
