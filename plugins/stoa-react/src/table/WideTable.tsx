import { ReactNode } from 'react';
import { Cell, Table } from '@backstage/ui';
import { Sort } from './arrange';
import { Column, Item, Selection } from './types';

/** Past this many rows only those in view are in the page. */
const VIRTUAL_FROM = 200;
const ROW_HEIGHT = 48;

/** The columns of Backstage UI's table, for screens that are wide enough. */
export function WideTable<T extends Item>(props: {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[] | undefined;
  readonly hrefOf?: (row: T) => string | undefined;
  readonly selection?: Selection;
  readonly sort?: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly empty: ReactNode;
}) {
  const { columns, rows, selection, hrefOf } = props;
  return (
    <section aria-label={props.label}>
      <Table
        columnConfig={columns.map(column => ({
          id: column.id,
          label: column.label,
          isSortable: column.sortBy !== undefined,
          isRowHeader: column.isRowHeader,
          width: column.width,
          cell: (row: T) => <Cell>{column.cell(row)}</Cell>,
        }))}
        data={rows && [...rows]}
        isPending={rows === undefined}
        pagination={{ type: 'none' }}
        emptyState={props.empty}
        rowConfig={hrefOf && { getHref: hrefOf }}
        sort={{
          descriptor: props.sort ?? null,
          onSortChange: ({ column, direction }) =>
            props.onSort({ column: String(column), direction }),
        }}
        selection={
          selection && {
            mode: 'multiple',
            behavior: 'toggle',
            selected: new Set(selection.selected),
            onSelectionChange: keys =>
              selection.onChange(
                keys === 'all'
                  ? new Set(rows?.map(row => row.id))
                  : new Set([...keys].map(String)),
              ),
          }
        }
        virtualized={
          rows && rows.length > VIRTUAL_FROM ? { rowHeight: ROW_HEIGHT } : false
        }
        style={
          rows && rows.length > VIRTUAL_FROM ? { height: '70vh' } : undefined
        }
      />
    </section>
  );
}
