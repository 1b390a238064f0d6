import { useState } from 'react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { portalTranslationRef } from '../i18n/ref';
import { ApiDocument, Schema } from './document';
import { propertiesOf, Property, typeName } from './types';
import styles from './reference.module.css';

/** A schema as nested properties. A level is made when it is opened, so schemas that contain themselves are fine. */
export function SchemaView(props: {
  readonly document: ApiDocument;
  readonly schema: Schema;
}) {
  const { document, schema } = props;
  const properties = propertiesOf(document, schema);
  return (
    <div className={styles.schema}>
      <code>{typeName(document, schema)}</code>
      {properties.length > 0 && (
        <ul>
          {properties.map(property => (
            <PropertyView
              key={property.name}
              document={document}
              property={property}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function PropertyView(props: {
  readonly document: ApiDocument;
  readonly property: Property;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const [isOpen, setOpen] = useState(false);
  const { document, property } = props;
  const { description } = document.resolve(property.schema);
  const nested = propertiesOf(document, property.schema).length > 0;
  const head = (
    <>
      <code>{property.name}</code>
      {!nested && (
        <code className={styles.type}>
          {typeName(document, property.schema)}
        </code>
      )}
      {property.required && (
        <span className={styles.note}>{t('reference.required')}</span>
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
      {isOpen && <SchemaView document={document} schema={property.schema} />}
    </li>
  );
}
