import { ReactNode } from 'react';
import { Button, Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ErrorPanel, Pages, stoaTranslationRef } from '@stoa/plugin-stoa-react';
import styles from './cards.module.css';

/** What was found, as a grid of cards; skeletons at first, a button for the next page. */
export function CardList<T extends { readonly id: string }>(props: {
  readonly label: string;
  readonly pages: Pages<T>;
  readonly card: (item: T) => ReactNode;
  /** In place of the list when nothing was found. */
  readonly empty: ReactNode;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const { pages } = props;
  if (pages.error && !pages.data) {
    return <ErrorPanel error={pages.error} onRetry={pages.reload} />;
  }
  if (!pages.data) return <Skeletons />;
  if (pages.data.length === 0) return <>{props.empty}</>;
  return (
    <>
      {pages.error && <ErrorPanel error={pages.error} onRetry={pages.reload} />}
      <ul className={styles.grid} aria-label={props.label}>
        {pages.data.map(item => (
          <li key={item.id}>{props.card(item)}</li>
        ))}
      </ul>
      {pages.hasMore && (
        <div className={styles.more}>
          <Button
            variant="secondary"
            isPending={pages.loading}
            onPress={pages.more}
          >
            {t('common.loadMore')}
          </Button>
        </div>
      )}
    </>
  );
}

function Skeletons() {
  return (
    <div className={styles.grid} aria-hidden>
      {[1, 2, 3, 4, 5, 6].map(n => (
        <Skeleton key={n} width="100%" height={148} />
      ))}
    </div>
  );
}
