import { Alert, Button } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ErrorPanel } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { useReport } from './useReport';
import styles from './create.module.css';

/** Problems past this many help nobody; mending the first makes most of them go. */
const SHOWN = 50;

/** The verdict on the document, read out as it changes. */
export function Problems(props: {
  readonly check: ReturnType<typeof useReport>;
  readonly onGoTo?: (line: number, column: number) => void;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { report, error, checking } = props.check;
  return (
    <div aria-live="polite" className={styles.verdict}>
      {checking && !report && (
        <Alert status="info" isPending title={t('create.checking')} />
      )}
      {error && !checking && <ErrorPanel error={error} />}
      {report?.valid && (
        <Alert
          status="success"
          icon
          title={t('create.valid', {
            spec: report.spec_version ?? '',
            count: report.operation_count ?? 0,
          })}
        />
      )}
      {report && !report.valid && (
        <Alert
          status="danger"
          icon
          title={t('create.invalid')}
          description={
            <ul className={styles.problems}>
              {report.problems.slice(0, SHOWN).map(problem => (
                <li
                  key={`${problem.line}:${problem.column}:${problem.message}`}
                >
                  <span>
                    {t('create.problem', {
                      line: String(problem.line),
                      column: String(problem.column),
                      message: problem.message,
                    })}
                  </span>
                  {props.onGoTo && (
                    <Button
                      size="small"
                      variant="tertiary"
                      onPress={() =>
                        props.onGoTo?.(problem.line, problem.column)
                      }
                    >
                      {t('create.goTo', { line: String(problem.line) })}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </div>
  );
}
