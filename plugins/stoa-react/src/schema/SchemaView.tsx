import { useState } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { toolTranslationRef } from '../tools/i18n/ref';
import { Resolve, Schema } from './resolve';
import { propertiesOf, Property, typeName } from './types';
import styles from './schema.module.css';

/** A schema as nested properties. A level is made when it is opened, so schemas that contain themselves are fine. */
export function SchemaView(props: {
  readonly resolve: Resolve;
  readonly schema: Schema;
}) {
  const { resolve, schema } = props;
  return (
    <div className={styles.schema}>
      <code>{typeName(resolve, schema)}</code>
      <Properties resolve={resolve} schema={schema} />
    </div>
  );
}

/** The properties alone, for where the type is named already. */
export function Properties(props: {
  readonly resolve: Resolve;
  readonly schema: Schema;
}) {
  const { resolve, schema } = props;
  const properties = propertiesOf(resolve, schema);
  if (properties.length === 0) return null;
  return (
    <ul className={styles.properties}>
      {properties.map(property => (
        <PropertyView
          key={property.name}
          resolve={resolve}
          property={property}
        />
      ))}
    </ul>
  );
}

function PropertyView(props: {
  readonly resolve: Resolve;
  readonly property: Property;
}) {
  const { t } = useTranslationRef(toolTranslationRef);
  const [isOpen, setOpen] = useState(false);
  const { resolve, property } = props;
  const { description } = resolve(property.schema);
  const nested = propertiesOf(resolve, property.schema).length > 0;
  const head = (
    <>
      <code>{property.name}</code>
      <code className={styles.type}>{typeName(resolve, property.schema)}</code>
      {property.required && (
        <span className={styles.note}>{t('schema.required')}</span>
      )}
    </>
  );
  return (
    <li>
      {nested ? (
        <button
          type="button"
          className={styles.more}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <span aria-hidden>{isOpen ? '▾' : '▸'}</span> {head}
        </button>
      ) : (
        head
      )}
      {typeof description === 'string' && (
        <span className={styles.text}>{description}</span>
      )}
      {isOpen && <Properties resolve={resolve} schema={property.schema} />}
    </li>
  );
}
