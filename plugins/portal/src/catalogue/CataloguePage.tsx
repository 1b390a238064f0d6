import { Button, SearchField, Skeleton } from '@backstage/ui';
import { RiStore2Line } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  EmptyState,
  ErrorPanel,
  LIVE,
  Page,
  stoaTranslationRef,
  useLive,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { ApiCard } from './ApiCard';
import { Filters } from './Filters';
import { useCatalogue } from './useCatalogue';
import { useFacets } from './useFacets';
import styles from './catalogue.module.css';

/** Every published API that is open to the reader, searched as one types. */
export function CataloguePage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const catalogue = useCatalogue();
  const facets = useFacets(catalogue.apis.data);
  useLive(LIVE.apis, catalogue.apis.reload);
  return (
    <Page title={t('catalogue.title')} description={t('catalogue.description')}>
      <div role="search" className={styles.bar}>
        <SearchField
          label={t('catalogue.search')}
          placeholder={t('catalogue.placeholder')}
          size="small"
          className={styles.search}
          value={catalogue.typed}
          onChange={catalogue.setTyped}
        />
        <Filters
          facets={facets}
          {...catalogue.filters}
          onTenant={catalogue.setTenant}
          onCategory={catalogue.setCategory}
          onTag={catalogue.setTag}
        />
      </div>
      <Results {...catalogue} />
    </Page>
  );
}

function Results({
  apis,
  filtered,
  setTyped,
}: Pick<ReturnType<typeof useCatalogue>, 'apis' | 'filtered' | 'setTyped'>) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const navigate = useNavigate();
  if (apis.error && !apis.data) {
    return <ErrorPanel error={apis.error} onRetry={apis.reload} />;
  }
  if (!apis.data) return <Skeletons />;
  if (apis.data.length === 0) {
    return filtered ? (
      <EmptyState
        title={t('catalogue.none')}
        action={
          <Button
            variant="secondary"
            onPress={() => {
              setTyped('');
              navigate(paths.apis(), { replace: true });
            }}
          >
            {t('catalogue.clear')}
          </Button>
        }
      >
        {t('catalogue.noneHint')}
      </EmptyState>
    ) : (
      <EmptyState
        icon={<RiStore2Line size={32} />}
        title={t('catalogue.empty')}
      >
        {t('catalogue.emptyHint')}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={styles.grid} aria-label={t('catalogue.results')}>
        {apis.data.map(api => (
          <li key={api.id}>
            <ApiCard api={api} />
          </li>
        ))}
      </ul>
      {apis.hasMore && (
        <div className={styles.more}>
          <Button
            variant="secondary"
            isPending={apis.loading}
            onPress={apis.more}
          >
            {shared('common.loadMore')}
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
