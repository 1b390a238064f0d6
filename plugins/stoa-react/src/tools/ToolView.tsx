import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CopyableCode } from '../code/CopyableCode';
import { ArgumentsTable } from '../schema/ArgumentsTable';
import { resolverOf } from '../schema/resolve';
import { SchemaView } from '../schema/SchemaView';
import { definitionOf, ToolDefinition } from './definition';
import { toolTranslationRef } from './i18n/ref';
import styles from './tools.module.css';

const INDENT = 2;

/** A tool as a model sees it: what it says of itself, what it takes and answers; all of it as JSON on demand. */
export function ToolView({ tool }: { readonly tool: ToolDefinition }) {
  const { t } = useTranslationRef(toolTranslationRef);
  return (
    <div className={styles.view}>
      <Text as="p" className={styles.description}>
        {tool.description}
      </Text>
      <div>
        <h3>{t('tool.arguments')}</h3>
        <ArgumentsTable schema={tool.inputSchema} />
      </div>
      <div>
        <h3>{t('tool.answer')}</h3>
        {tool.outputSchema ? (
          <SchemaView
            resolve={resolverOf(tool.outputSchema)}
            schema={tool.outputSchema}
          />
        ) : (
          <Text as="p" color="secondary">
            {t('tool.noAnswer')}
          </Text>
        )}
      </div>
      <Definition tool={tool} />
    </div>
  );
}

function Definition({ tool }: { readonly tool: ToolDefinition }) {
  const { t } = useTranslationRef(toolTranslationRef);
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button
        size="small"
        variant="secondary"
        aria-expanded={isOpen}
        onPress={() => setOpen(!isOpen)}
      >
        {isOpen ? t('tool.definitionHide') : t('tool.definition')}
      </Button>
      {isOpen && (
        <CopyableCode
          label={`${t('tool.definition')}: ${tool.name}`}
          code={JSON.stringify(definitionOf(tool), null, INDENT)}
        />
      )}
    </div>
  );
}
