import { Button, Text } from '@backstage/ui';
import { RiAddLine, RiCloseLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { asSchema } from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../../i18n/tools/ref';
import { Draft, listOf, pathTo } from './draft';
import { Field, FieldProps, Legend, useHelp } from './Field';
import { kindOf } from './kinds';
import styles from './try.module.css';

/** A list, one entry under the other, that grows and shrinks. */
export function ListField(props: FieldProps) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const help = useHelp()(props);
  const { resolve, name, at, depth, onChange } = props;
  const items = asSchema(resolve(props.schema).items);
  const entries = listOf(props.draft);
  const fresh: Draft = kindOf(resolve, items, depth + 1) === 'object' ? {} : '';
  const replace = (index: number, entry: Draft) =>
    onChange(entries.map((old, n) => (n === index ? entry ?? '' : old)));
  const remove = (index: number) => {
    const left = entries.filter((_, n) => n !== index);
    onChange(left.length > 0 ? left : undefined);
  };
  return (
    <fieldset className={styles.group}>
      <Legend name={name} required={props.required} />
      {help && (
        <Text as="p" variant="body-small" color="secondary">
          {help}
        </Text>
      )}
      {entries.map((entry, index) => (
        // Entries have no name but their position.
        // eslint-disable-next-line react/no-array-index-key
        <div key={index} className={styles.entry}>
          <Field
            resolve={resolve}
            schema={items}
            name={`${name} ${index + 1}`}
            at={pathTo(at, index)}
            required
            depth={depth + 1}
            draft={entry}
            onChange={next => replace(index, next)}
            wrong={props.wrong}
          />
          <Button
            size="small"
            variant="tertiary"
            iconStart={<RiCloseLine />}
            aria-label={`${t('try.remove')}: ${name} ${index + 1}`}
            onPress={() => remove(index)}
          >
            {t('try.remove')}
          </Button>
        </div>
      ))}
      <div>
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiAddLine />}
          aria-label={`${t('try.add')}: ${name}`}
          onPress={() => onChange([...entries, fresh])}
        >
          {t('try.add')}
        </Button>
      </div>
    </fieldset>
  );
}
