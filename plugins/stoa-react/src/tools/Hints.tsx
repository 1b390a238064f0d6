import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { hintsOf, ToolDefinition } from './definition';
import { toolTranslationRef } from './i18n/ref';
import styles from './tools.module.css';

/** Whether a tool reads, changes or deletes, in a word or two. */
export function Hints({
  tool,
}: {
  readonly tool: Pick<ToolDefinition, 'annotations'>;
}) {
  const { t } = useTranslationRef(toolTranslationRef);
  return (
    <>
      {hintsOf(tool).map(hint => (
        <span key={hint} className={styles.hint} data-hint={hint}>
          {t(`hint.${hint}`)}
        </span>
      ))}
    </>
  );
}
