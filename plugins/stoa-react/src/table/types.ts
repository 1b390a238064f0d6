import { ReactNode } from 'react';

export interface Item {
  readonly id: string;
}

export interface Column<T> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: T) => ReactNode;
  /** What to sort by; without it the column is not sortable. */
  readonly sortBy?: (row: T) => string | number;
  /** The column that names the row; exactly one. */
  readonly isRowHeader?: boolean;
  /** A share such as `1fr`, or pixels. */
  readonly width?: number | `${number}fr`;
}

export interface Selection {
  readonly selected: ReadonlySet<string>;
  readonly onChange: (selected: ReadonlySet<string>) => void;
  /** The name of a row for its check box. */
  readonly nameOf: (id: string) => string;
}
