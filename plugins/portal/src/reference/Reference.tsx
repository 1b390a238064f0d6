import { useMemo, useState } from 'react';
import { Button, SearchField, Skeleton } from '@backstage/ui';
import { RiDownloadLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  EmptyState,
  ErrorPanel,
  saveAs,
  Section,
  useUrlState,
} from '@stoa/plugin-stoa-react';
import { PortalApiDetails } from '../details/useApi';
import { portalTranslationRef } from '../i18n/ref';
import { ApiDocument, Operation } from './document';
import { OperationView } from './OperationView';
import { useDefinition } from './useDefinition';
import styles from './reference.module.css';

/** The operations of an API by tag, each opening to its parameters and answers. */
export function Reference({ api }: { readonly api: PortalApiDetails }) {
  const { t } = useTranslationRef(portalTranslationRef);
  const definition = useDefinition(api);
  const [filter, setFilter] = useState('');
  if (definition.error) {
    return <ErrorPanel error={definition.error} onRetry={definition.reload} />;
  }
  const document = definition.data;
  if (!document) return <Skeleton width="100%" height={320} />;
  if (document.operations.length === 0) {
    return <EmptyState title={t('reference.none')} />;
  }
  const isJson = document.text.trimStart().startsWith('{');
  return (
    <>
      <div className={styles.bar}>
        <SearchField
          aria-label={t('reference.filter')}
          placeholder={t('reference.filter')}
          size="small"
          className={styles.filter}
          value={filter}
          onChange={setFilter}
        />
        <Button
          size="small"
          variant="secondary"
          iconStart={<RiDownloadLine />}
          onPress={() =>
            saveAs(
              `${api.api_id}-${api.version}.${isJson ? 'json' : 'yaml'}`,
              document.text,
              'text/plain',
            )
          }
        >
          {t('reference.download')}
        </Button>
      </div>
      <Groups document={document} filter={filter} />
    </>
  );
}

function Groups(props: {
  readonly document: ApiDocument;
  readonly filter: string;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const [open, setOpen] = useUrlState('operation');
  const { document, filter } = props;
  const groups = useMemo(
    () => groupByTag(document.operations, filter),
    [document, filter],
  );
  return (
    <>
      {[...groups].map(([tag, operations]) => (
        <Section key={tag} title={tag || t('reference.untagged')}>
          <ul className={styles.operations}>
            {operations.map(operation => (
              <OperationView
                key={operation.id}
                document={document}
                operation={operation}
                isOpen={open === operation.id}
                onToggle={isOpen => setOpen(isOpen ? operation.id : '')}
              />
            ))}
          </ul>
        </Section>
      ))}
    </>
  );
}

function groupByTag(
  operations: readonly Operation[],
  filter: string,
): Map<string, Operation[]> {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const text = `${operation.id} ${operation.summary ?? ''}`.toLowerCase();
    if (!words.every(word => text.includes(word))) continue;
    const tag = operation.tag ?? '';
    groups.set(tag, [...(groups.get(tag) ?? []), operation]);
  }
  return groups;
}
