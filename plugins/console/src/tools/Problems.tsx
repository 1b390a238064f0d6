import { useState } from 'react';
import { Alert, Button } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Said, stoaTranslationRef } from '@stoa/plugin-stoa-react';
import { consoleToolTranslationRef } from '../i18n/tools/ref';
import { ToolProblem } from './types';
import styles from './tools.module.css';

/** What is shown before asking for the rest. */
const SHOWN = 5;

/** What cannot become a tool, or becomes one not quite as it was described. */
export function Problems(props: { readonly problems: readonly ToolProblem[] }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const [all, setAll] = useState(false);
  const { problems } = props;
  if (problems.length === 0) return null;
  const shown = all ? problems : problems.slice(0, SHOWN);
  return (
    <Alert
      status="warning"
      icon
      title={t('state.problems', { count: problems.length })}
      description={
        <>
          <ul className={styles.problems}>
            {shown.map(({ operation, message }, index) => (
              // Two problems may say the same of one operation.
              // eslint-disable-next-line react/no-array-index-key
              <li key={index}>
                {operation && (
                  <>
                    <code>{operation}</code>
                    {': '}
                  </>
                )}
                <Said text={message} />
              </li>
            ))}
          </ul>
          {shown.length < problems.length && (
            <Button
              size="small"
              variant="tertiary"
              onPress={() => setAll(true)}
            >
              {shared('common.loadMore')}
            </Button>
          )}
        </>
      }
    />
  );
}
