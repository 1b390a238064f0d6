import { lazy, Suspense, useMemo } from 'react';
import { Button, Select, Skeleton, Text } from '@backstage/ui';
import { RiBarChartLine, RiDownloadLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Loaded } from '../client';
import { stoaTranslationRef } from '../i18n/ref';
import { useLocale } from '../i18n/useLocale';
import { EmptyState } from '../state/EmptyState';
import { ErrorPanel } from '../state/ErrorPanel';
import { saveAs } from '../text/saveAs';
import { toCsv } from './csv';
import { fold, UsageReport } from './fold';
import { isRange, Range, RANGES } from './range';
import { UsageTable } from './UsageTable';
import styles from './usage.module.css';

const UsageChart = lazy(() =>
  import('./UsageChart').then(m => ({ default: m.UsageChart })),
);

const RANGE_WORD = {
  '24h': 'last24h',
  '7d': 'last7d',
  '30d': 'last30d',
} as const;

/** Totals, a chart, and the same figures as a table; for consumers and providers alike. */
export function UsageView(props: {
  readonly report: Loaded<UsageReport>;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const { data, error, reload } = props.report;
  return (
    <div className={styles.root}>
      <div className={styles.bar}>
        <Select
          aria-label={t('usage.range')}
          size="small"
          className={styles.range}
          options={RANGES.map(range => ({
            id: range,
            label: t(`usage.${RANGE_WORD[range]}`),
          }))}
          selectedKey={props.range}
          onSelectionChange={key => {
            if (isRange(String(key))) props.onRange(String(key) as Range);
          }}
        />
        {data && data.items.length > 0 && (
          <Button
            size="small"
            variant="secondary"
            iconStart={<RiDownloadLine />}
            onPress={() => saveAs('usage.csv', toCsv(data), 'text/csv')}
          >
            {t('usage.download')}
          </Button>
        )}
      </div>
      {error && <ErrorPanel error={error} onRetry={reload} />}
      {!data && !error && <Skeleton width="100%" height={320} />}
      {data && <Report report={data} />}
    </div>
  );
}

function Report(props: { readonly report: UsageReport }) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const locale = useLocale();
  const { report } = props;
  const points = useMemo(() => fold(report), [report]);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  if (report.totals.calls === 0) {
    return (
      <EmptyState icon={<RiBarChartLine size={32} />} title={t('usage.empty')}>
        {t('usage.emptyHint')}
      </EmptyState>
    );
  }
  const { totals } = report;
  const figures = [
    [t('usage.calls'), number.format(totals.calls)],
    [t('usage.errors'), number.format(totals.errors)],
    [t('usage.rateLimited'), number.format(totals.rate_limited)],
    [
      t('usage.latency'),
      t('usage.ms', { value: number.format(totals.average_latency_ms) }),
    ],
  ];
  return (
    <>
      <dl className={styles.totals}>
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <figure className={styles.chart} aria-label={t('usage.chart')}>
        <Suspense fallback={<Skeleton width="100%" height={240} />}>
          <UsageChart
            points={points}
            bucket={report.bucket}
            locale={locale}
            words={{
              succeeded: t('usage.succeeded'),
              errors: t('usage.errors'),
              rateLimited: t('usage.rateLimited'),
            }}
          />
        </Suspense>
        <figcaption>
          <Text variant="body-small" color="secondary">
            {t('usage.chartHint')}
          </Text>
        </figcaption>
      </figure>
      <UsageTable report={report} />
    </>
  );
}
