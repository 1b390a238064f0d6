import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { SchemaView, typeName } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { ApiDocument, Operation } from './document';
import styles from './reference.module.css';

/** One line for an operation; what it takes and answers is made when it is opened. */
export function OperationView(props: {
  readonly document: ApiDocument;
  readonly operation: Operation;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { operation, isOpen } = props;
  return (
    <li className={styles.operation}>
      <button
        type="button"
        className={styles.summary}
        aria-expanded={isOpen}
        onClick={() => props.onToggle(!isOpen)}
      >
        <span className={styles.method} data-method={operation.method}>
          {operation.method.toUpperCase()}
        </span>
        <code className={styles.path}>{operation.path}</code>
        <span className={styles.title}>{operation.summary}</span>
        {operation.deprecated && (
          <span className={styles.note}>{t('reference.deprecated')}</span>
        )}
      </button>
      {isOpen && (
        <div className={styles.details}>
          {operation.description && (
            <p className={styles.description}>{operation.description}</p>
          )}
          <Parameters {...props} />
          {operation.body && (
            <div>
              <h3>{t('reference.body')}</h3>
              <SchemaView
                resolve={props.document.resolve}
                schema={operation.body}
              />
            </div>
          )}
          <Answers {...props} />
        </div>
      )}
    </li>
  );
}

interface PartProps {
  readonly document: ApiDocument;
  readonly operation: Operation;
}

function Parameters({ document, operation }: PartProps) {
  const { t } = useTranslationRef(portalTranslationRef);
  if (operation.parameters.length === 0) return null;
  return (
    <div>
      <h3>{t('reference.parameters')}</h3>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('reference.name')}</th>
            <th scope="col">{t('reference.where')}</th>
            <th scope="col">{t('reference.type')}</th>
            <th scope="col">{t('reference.description')}</th>
          </tr>
        </thead>
        <tbody>
          {operation.parameters.map(parameter => (
            <tr key={`${parameter.where}/${parameter.name}`}>
              <th scope="row">
                <code>{parameter.name}</code>
                {parameter.required && (
                  <span className={styles.note}>{t('reference.required')}</span>
                )}
              </th>
              <td>{parameter.where}</td>
              <td>
                <code>
                  {typeName(document.resolve, parameter.schema ?? {})}
                </code>
              </td>
              <td>{parameter.description}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Answers({ document, operation }: PartProps) {
  const { t } = useTranslationRef(portalTranslationRef);
  return (
    <div>
      <h3>{t('reference.responses')}</h3>
      {operation.responses.map(answer => (
        <div key={answer.status} className={styles.answer}>
          <strong>{answer.status}</strong> {answer.description}
          {answer.schema && (
            <SchemaView resolve={document.resolve} schema={answer.schema} />
          )}
        </div>
      ))}
    </div>
  );
}
