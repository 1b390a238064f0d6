import { Alert, Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { toProblem } from '../client';
import { stoaTranslationRef } from '../i18n/ref';
import { CopyableId } from '../text/CopyableId';
import { adviceOf, wordOf } from './words';
import { readDetails } from './details';
import styles from './ErrorPanel.module.css';

/**
 * What happened, which rule or dependency said so, what to do, and the
 * reference that finds it in the logs.
 */
export function ErrorPanel(props: {
  readonly error: unknown;
  /** Offers to try again. */
  readonly onRetry?: () => void;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const problem = toProblem(props.error);
  const word = wordOf(problem.code);
  const advice = adviceOf(word);
  const { rule, missing, places } = readDetails(problem.details);
  return (
    <div role="alert" className={styles.root}>
      <Alert
        status="danger"
        icon
        title={t(`problem.${word}`)}
        description={
          <div className={styles.text}>
            {problem.message && <Text as="p">{problem.message}</Text>}
            {places.length > 0 && (
              <ul className={styles.places}>
                {places.map(place => (
                  <li key={`${place.where}${place.message}`}>
                    {place.where && <strong>{place.where}: </strong>}
                    {place.line !== undefined && (
                      <strong>
                        {t('problem.place', {
                          line: String(place.line),
                          column: String(place.column ?? 1),
                        })}
                        {': '}
                      </strong>
                    )}
                    {place.message}
                  </li>
                ))}
              </ul>
            )}
            {rule && <Text as="p">{t('problem.rule', { rule })}</Text>}
            {missing.length > 0 && (
              <Text as="p">
                {t('problem.missing', { missing: missing.join(', ') })}
              </Text>
            )}
            {advice && <Text as="p">{t(`advice.${advice}`)}</Text>}
            {problem.correlationId && (
              <div className={styles.reference}>
                <Text color="secondary">{t('problem.correlation')}</Text>
                <CopyableId id={problem.correlationId} />
              </div>
            )}
          </div>
        }
        customActions={
          props.onRetry && (
            <Button size="small" variant="secondary" onPress={props.onRetry}>
              {t('common.retry')}
            </Button>
          )
        }
      />
    </div>
  );
}
