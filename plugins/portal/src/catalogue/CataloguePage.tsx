import { RiStore2Line } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EmptyState, LIVE, useLive } from '@stoa/plugin-stoa-react';
import { SearchPage } from '../cards/SearchPage';
import { portalTranslationRef } from '../i18n/ref';
import { ApiCard } from './ApiCard';
import { Filters } from './Filters';
import { useCatalogue } from './useCatalogue';
import { useFacets } from './useFacets';

/** Every published API that is open to the reader. */
export function CataloguePage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const catalogue = useCatalogue();
  const facets = useFacets(catalogue.apis.data);
  useLive(LIVE.apis, catalogue.apis.reload);
  return (
    <SearchPage
      title={t('catalogue.title')}
      description={t('catalogue.description')}
      label={t('catalogue.search')}
      placeholder={t('catalogue.placeholder')}
      typed={catalogue.typed}
      setTyped={catalogue.setTyped}
      filters={
        <Filters
          facets={facets}
          {...catalogue.filters}
          onTenant={catalogue.setTenant}
          onCategory={catalogue.setCategory}
          onTag={catalogue.setTag}
        />
      }
      filtered={catalogue.filtered}
      results={t('catalogue.results')}
      pages={catalogue.apis}
      card={api => <ApiCard api={api} />}
      none={t('catalogue.none')}
      empty={
        <EmptyState
          icon={<RiStore2Line size={32} />}
          title={t('catalogue.empty')}
        >
          {t('catalogue.emptyHint')}
        </EmptyState>
      }
    />
  );
}
