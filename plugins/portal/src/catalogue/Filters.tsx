import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Choice, Option } from '../cards/Choice';
import { portalTranslationRef } from '../i18n/ref';
import { Facets } from './useFacets';

export function Filters(props: {
  readonly facets: Facets;
  readonly tenant: string;
  readonly category: string;
  readonly tag: string;
  readonly onTenant: (value: string) => void;
  readonly onCategory: (value: string) => void;
  readonly onTag: (value: string) => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { facets } = props;
  return (
    <>
      <Choice
        label={t('catalogue.tenant')}
        value={props.tenant}
        options={[...facets.tenants].map(([id, label]) => ({ id, label }))}
        onChange={props.onTenant}
      />
      <Choice
        label={t('catalogue.category')}
        value={props.category}
        options={named(facets.categories)}
        onChange={props.onCategory}
      />
      <Choice
        label={t('catalogue.tag')}
        value={props.tag}
        options={named(facets.tags)}
        onChange={props.onTag}
      />
    </>
  );
}

function named(values: ReadonlySet<string>): Option[] {
  return [...values].sort().map(value => ({ id: value, label: value }));
}
