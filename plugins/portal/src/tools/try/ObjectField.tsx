import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { propertiesOf } from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../../i18n/tools/ref';
import { Draft, objectOf, pathTo } from './draft';
import { Field, FieldProps, Legend, useHelp } from './Field';
import styles from './try.module.css';

/** An object in a frame of its own; an optional one is there once it is wanted. */
export function ObjectField(props: FieldProps) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const help = useHelp()(props);
  const { name, required, draft, onChange } = props;
  const isThere = required || draft !== undefined;
  return (
    <fieldset className={styles.group}>
      <Legend name={name} required={props.required} />
      {help && (
        <Text as="p" variant="body-small" color="secondary">
          {help}
        </Text>
      )}
      {isThere && <Fields {...props} />}
      {!required && (
        <div>
          <Button
            size="small"
            variant="secondary"
            aria-label={`${
              isThere ? t('try.leaveOut') : t('try.fillIn')
            }: ${name}`}
            onPress={() => onChange(isThere ? undefined : {})}
          >
            {isThere ? t('try.leaveOut') : t('try.fillIn')}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** The fields of an object, one under the other. */
export function Fields(
  props: Pick<
    FieldProps,
    'resolve' | 'schema' | 'at' | 'depth' | 'draft' | 'onChange' | 'wrong'
  >,
) {
  const { resolve, at, wrong } = props;
  const entries = objectOf(props.draft);
  const change = (name: string, entry: Draft) => {
    const { [name]: _, ...others } = entries;
    props.onChange(entry === undefined ? others : { ...others, [name]: entry });
  };
  return (
    <>
      {propertiesOf(resolve, props.schema).map(property => (
        <Field
          key={property.name}
          resolve={resolve}
          schema={property.schema}
          name={property.name}
          at={pathTo(at, property.name)}
          required={property.required}
          depth={props.depth + 1}
          draft={entries[property.name]}
          onChange={entry => change(property.name, entry)}
          wrong={wrong}
        />
      ))}
    </>
  );
}
