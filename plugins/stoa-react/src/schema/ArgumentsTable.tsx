import { Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { toolTranslationRef } from '../tools/i18n/ref';
import { Resolve, resolverOf, Schema } from './resolve';
import { Properties } from './SchemaView';
import { propertiesOf, Property, typeName } from './types';
import { useConstraints } from './useConstraints';
import styles from './schema.module.css';

/** What a tool takes, one line an argument; what an argument is made of opens below it. */
export function ArgumentsTable({ schema }: { readonly schema: Schema }) {
  const { t } = useTranslationRef(toolTranslationRef);
  const resolve = resolverOf(schema);
  const properties = propertiesOf(resolve, schema);
  if (properties.length === 0) {
    return (
      <Text as="p" color="secondary">
        {t('schema.noArguments')}
      </Text>
    );
  }
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('schema.name')}</th>
            <th scope="col">{t('schema.type')}</th>
            <th scope="col">{t('schema.description')}</th>
          </tr>
        </thead>
        <tbody>
          {properties.map(property => (
            <ArgumentRow
              key={property.name}
              resolve={resolve}
              property={property}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ArgumentRow(props: {
  readonly resolve: Resolve;
  readonly property: Property;
}) {
  const { t } = useTranslationRef(toolTranslationRef);
  const constraints = useConstraints();
  const { resolve, property } = props;
  const at = resolve(property.schema);
  // A keyword beside a `$ref` is the more exact one.
  const merged = { ...at, ...property.schema };
  const demands = constraints(merged);
  return (
    <tr>
      <th scope="row">
        <code>{property.name}</code>
        {property.required && (
          <span className={styles.note}>{t('schema.required')}</span>
        )}
      </th>
      <td>
        <code>{typeName(resolve, property.schema)}</code>
      </td>
      <td>
        {typeof merged.description === 'string' && (
          <span className={styles.described}>{merged.description}</span>
        )}
        {demands && <span className={styles.demands}>{demands}</span>}
        <Properties resolve={resolve} schema={property.schema} />
      </td>
    </tr>
  );
}
