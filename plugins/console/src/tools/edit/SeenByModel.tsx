import { useState } from 'react';
import { Button, Skeleton, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  EmptyState,
  ErrorPanel,
  Section,
  stoaTranslationRef,
  ToolEntries,
  ToolEntry,
} from '@stoa/plugin-stoa-react';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { Problems } from '../Problems';
import { ToolSetTool } from '../types';
import { Override, ToolSetForm } from './form';
import { OverrideFields } from './OverrideFields';
import { usePreview } from './usePreview';
import styles from './edit.module.css';

const SHOWN = 50;

/** The tools as a model will be told of them, live; each opens to be worded otherwise. */
export function SeenByModel(props: {
  readonly seen: ReturnType<typeof usePreview>;
  readonly form: ToolSetForm;
  readonly onOverride: (operation: string, override: Override) => void;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { preview, error, asking } = props.seen;
  return (
    <Section
      title={t('seen.title')}
      actions={
        <Text variant="body-small" color="secondary" aria-live="polite">
          {asking ? t('seen.asking') : ''}
        </Text>
      }
    >
      {error && !asking && <ErrorPanel error={error} />}
      {preview ? (
        <>
          <Problems problems={preview.problems} />
          <Tools {...props} tools={preview.tools} />
        </>
      ) : (
        !error && <Waiting asking={asking} />
      )}
    </Section>
  );
}

function Waiting({ asking }: { readonly asking: boolean }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  return asking ? (
    <Skeleton width="100%" height={160} />
  ) : (
    <EmptyState title={t('seen.empty')}>{t('seen.emptyHint')}</EmptyState>
  );
}

function Tools(props: {
  readonly tools: readonly ToolSetTool[];
  readonly form: ToolSetForm;
  readonly onOverride: (operation: string, override: Override) => void;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const [open, setOpen] = useState<string>();
  const [shown, setShown] = useState(SHOWN);
  const { tools, form } = props;
  return (
    <>
      <ToolEntries label={t('seen.title')}>
        {tools.slice(0, shown).map(tool => (
          <ToolEntry
            key={tool.operation}
            tool={tool}
            isOpen={open === tool.operation}
            onToggle={isOpen => setOpen(isOpen ? tool.operation : undefined)}
            note={
              <span className={styles.operation}>
                {tool.method} {tool.path}
              </span>
            }
          >
            <OverrideFields
              operation={tool.operation}
              override={form.overrides[tool.operation]}
              onChange={props.onOverride}
            />
          </ToolEntry>
        ))}
      </ToolEntries>
      {tools.length > shown && (
        <div>
          <Button
            variant="secondary"
            size="small"
            onPress={() => setShown(shown + SHOWN)}
          >
            {shared('common.loadMore')}
          </Button>
        </div>
      )}
    </>
  );
}
