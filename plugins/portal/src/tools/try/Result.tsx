import { Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  CopyableCode,
  ErrorPanel,
  StateBadge,
  stoaTranslationRef,
  useLocale,
} from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../../i18n/tools/ref';
import { Outcome, ToolResult } from './useInvoke';
import styles from './try.module.css';

const INDENT = 2;

/** What came back: whether it worked, how long it took, and all that was said. */
export function Result({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const number = new Intl.NumberFormat(useLocale());
  const { result, problem, ms } = outcome;
  return (
    <section className={styles.result} aria-label={t('try.result')}>
      <div className={styles.verdict} role="status">
        <Verdict outcome={outcome} />
        <Text color="secondary">
          {shared('usage.ms', { value: number.format(ms) })}
        </Text>
      </div>
      {problem && <ErrorPanel error={problem} />}
      {result && <Content result={result} />}
    </section>
  );
}

function Verdict({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  if (outcome.problem) {
    return <StateBadge status="denied" label={t('try.refused')} />;
  }
  return outcome.result?.isError ? (
    <StateBadge status="failed" label={t('try.failed')} />
  ) : (
    <StateBadge status="success" label={t('try.answered')} />
  );
}

function Content({ result }: { readonly result: ToolResult }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { content = [], structuredContent } = result;
  return (
    <>
      {structuredContent !== undefined && (
        <CopyableCode
          label={t('try.structured')}
          code={JSON.stringify(structuredContent, null, INDENT)}
        />
      )}
      {content.map((part, index) => (
        <CopyableCode
          // Parts have no name but their position.
          // eslint-disable-next-line react/no-array-index-key
          key={index}
          label={part.type === 'text' ? t('try.text') : part.type}
          code={part.text ?? JSON.stringify(part, null, INDENT)}
        />
      ))}
    </>
  );
}
