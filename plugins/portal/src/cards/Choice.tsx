import { Select } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { portalTranslationRef } from '../i18n/ref';
import styles from './cards.module.css';

const ANY = 'any';

export interface Option {
  readonly id: string;
  readonly label: string;
}

/** One filter: a value, or any. Nothing to choose from is no filter. */
export function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { value, options } = props;
  if (options.length === 0 && !value) return null;
  // A link may name a value that nothing seen so far has.
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
