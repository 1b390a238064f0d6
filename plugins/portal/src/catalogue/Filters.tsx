import { Select } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { portalTranslationRef } from '../i18n/ref';
import { Facets } from './useFacets';
import styles from './catalogue.module.css';

const ANY = 'any';

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

interface Option {
  readonly id: string;
  readonly label: string;
}

function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { value, options } = props;
  if (options.length === 0 && !value) return null;
  // A link may name a value that no API seen so far has.
  const known = options.some(option => option.id === value);
  const all = [
    { id: ANY, label: t('catalogue.any') },
    ...options,
    ...(value && !known ? [{ id: value, label: value }] : []),
  ];
  return (
    <Select
      label={props.label}
      size="small"
      className={styles.choice}
      options={all}
      selectedKey={value || ANY}
      onSelectionChange={key =>
        props.onChange(key === ANY || key === null ? '' : String(key))
      }
    />
  );
}

function named(values: ReadonlySet<string>): Option[] {
  return [...values].sort().map(value => ({ id: value, label: value }));
}
