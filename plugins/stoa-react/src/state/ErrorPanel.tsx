import { Alert, Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { toProblem } from '../client';
import { stoaTranslationRef } from '../i18n/ref';
import { CopyableId } from '../text/CopyableId';
import { addsMore, adviceOf, wordOf } from '../words/problems';
import { Said } from '../words/Said';
import { useWords } from '../words/useWords';
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
  const words = useWords();
  const problem = toProblem(props.error);
  const word = wordOf(problem);
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
            {addsMore(problem) && (
              <Text as="p">
                <Said text={problem.message} />
              </Text>
            )}
            {places.length > 0 && (
              <ul className={styles.places}>
                {places.map(place => (
                  <li
                    key={`${place.field}${place.path}${place.line}${place.message}`}
                  >
                    {place.field && (
                      <strong>
                        {t('problem.field', {
                          field: words.field(place.field),
                        })}{' '}
                      </strong>
                    )}
                    {place.path && <code>{place.path} </code>}
                    {place.line !== undefined && (
                      <strong>
                        {t('problem.place', {
                          line: String(place.line),
                          column: String(place.column ?? 1),
                        })}{' '}
                      </strong>
                    )}
                    <Said text={place.message} />
                  </li>
                ))}
              </ul>
            )}
            {rule && <Text as="p">{t('problem.rule', { rule })}</Text>}
            {missing.length > 0 && (
              <Text as="p">
                {t('problem.missing', {
                  missing: missing.map(words.lacking).join(', '),
                })}
              </Text>
            )}
            {advice && <Text as="p">{t(`advice.${advice}`)}</Text>}
            {problem.correlationId && (
              <div className={styles.reference}>
                <Text>{t('problem.correlation')}</Text>
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
