import { ReactNode } from 'react';
import { Checkbox, Link, Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';
import { Column, Item, Selection } from './types';
import styles from './table.module.css';

/** The same list for a narrow screen: one card a row, every column with its label. */
export function Cards<T extends Item>(props: {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[] | undefined;
  readonly hrefOf?: (row: T) => string | undefined;
  readonly selection?: Selection;
  readonly empty: ReactNode;
}) {
  if (!props.rows) return <Skeleton width="100%" height={120} />;
  if (props.rows.length === 0) return <>{props.empty}</>;
  return (
    <ul className={styles.cards} aria-label={props.label}>
      {props.rows.map(row => (
        <RowCard key={row.id} row={row} {...props} />
      ))}
    </ul>
  );
}

function RowCard<T extends Item>(props: {
  readonly row: T;
  readonly columns: readonly Column<T>[];
  readonly hrefOf?: (row: T) => string | undefined;
  readonly selection?: Selection;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const { row, columns, selection } = props;
  const href = props.hrefOf?.(row);
  const header = columns.find(column => column.isRowHeader) ?? columns[0];
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        {selection && (
          <Checkbox
            aria-label={t('common.select', { name: selection.nameOf(row.id) })}
            isSelected={selection.selected.has(row.id)}
            onChange={() => selection.onChange(toggled(selection, row.id))}
          />
        )}
        {href ? (
          <Link href={href} weight="bold">
            {header.cell(row)}
          </Link>
        ) : (
          <strong>{header.cell(row)}</strong>
        )}
      </div>
      <dl className={styles.facts}>
        {columns
          .filter(column => column !== header)
          .map(column => (
            <div key={column.id}>
              {column.label && <dt>{column.label}</dt>}
              <dd>{column.cell(row)}</dd>
            </div>
          ))}
      </dl>
    </li>
  );
}

function toggled(selection: Selection, id: string): ReadonlySet<string> {
  const next = new Set(selection.selected);
  if (!next.delete(id)) next.add(id);
  return next;
}
