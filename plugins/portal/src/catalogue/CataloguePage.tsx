import { Button, SearchField } from '@backstage/ui';
import { RiStore2Line } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import { EmptyState, LIVE, Page, useLive } from '@stoa/plugin-stoa-react';
import { CardList } from '../cards/CardList';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { ApiCard } from './ApiCard';
import { Filters } from './Filters';
import { useCatalogue } from './useCatalogue';
import { useFacets } from './useFacets';
import styles from '../cards/cards.module.css';

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
      <CardList
        label={t('catalogue.results')}
        pages={catalogue.apis}
        card={api => <ApiCard api={api} />}
        empty={<Nothing {...catalogue} />}
      />
    </Page>
  );
}

function Nothing({
  filtered,
  setTyped,
}: Pick<ReturnType<typeof useCatalogue>, 'filtered' | 'setTyped'>) {
  const { t } = useTranslationRef(portalTranslationRef);
  const navigate = useNavigate();
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
    <EmptyState icon={<RiStore2Line size={32} />} title={t('catalogue.empty')}>
      {t('catalogue.emptyHint')}
    </EmptyState>
  );
}
