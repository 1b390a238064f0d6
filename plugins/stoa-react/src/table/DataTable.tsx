import { ReactNode, useMemo, useState } from 'react';
import { Button, SearchField, useBreakpoint } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';
import { EmptyState } from '../state/EmptyState';
import { ErrorPanel } from '../state/ErrorPanel';
import { Cards } from './Cards';
import { arrange, Sort } from './arrange';
import { Column, Item, Selection } from './types';
import { WideTable } from './WideTable';
import styles from './table.module.css';

/**
 * A list of the platform: sortable and filterable over what is loaded, with a
 * button for the next keyset page, skeletons at first, and cards instead of
 * columns on a narrow screen.
 */
export function DataTable<T extends Item>(props: {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[] | undefined;
  readonly loading?: boolean;
  readonly error?: Error;
  readonly onRetry?: () => void;
  readonly empty: ReactNode;
  /** Text of a row that the filter looks in; without it there is no filter. */
  readonly textOf?: (row: T) => string;
  readonly hrefOf?: (row: T) => string | undefined;
  readonly selection?: Selection;
  readonly hasMore?: boolean;
  readonly onMore?: () => void;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const { up } = useBreakpoint();
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<Sort>();
  const { rows, columns, textOf } = props;
  const shown = useMemo(
    () => rows && arrange(rows, columns, { filter, sort, textOf }),
    [rows, columns, filter, sort, textOf],
  );

  if (props.error && !rows) {
    return <ErrorPanel error={props.error} onRetry={props.onRetry} />;
  }
  if (rows?.length === 0) return <>{props.empty}</>;
  const noMatch = <EmptyState title={t('common.noMatch', { filter })} />;
  const layout = {
    label: props.label,
    columns,
    rows: shown,
    hrefOf: props.hrefOf,
    selection: props.selection,
  };
  return (
    <div className={styles.root}>
      {props.error && (
        <ErrorPanel error={props.error} onRetry={props.onRetry} />
      )}
      {textOf && (
        <SearchField
          aria-label={`${t('common.filter')}: ${props.label}`}
          placeholder={t('common.filter')}
          size="small"
          className={styles.filter}
          value={filter}
          onChange={setFilter}
        />
      )}
      {up('sm') ? (
        <WideTable {...layout} sort={sort} onSort={setSort} empty={noMatch} />
      ) : (
        <Cards {...layout} empty={noMatch} />
      )}
      {props.hasMore && (
        <div className={styles.more}>
          <Button
            variant="secondary"
            isPending={props.loading}
            onPress={props.onMore}
          >
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </div>
  );
}
