import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  isRange,
  Page,
  unwrap,
  UsageView,
  useLoad,
  useStoaClient,
  useUrlState,
  windowOf,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';

/** What the reader's applications called, and how it went. */
export function MyUsagePage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const client = useStoaClient();
  const [chosen, setRange] = useUrlState('range', '7d');
  const range = isRange(chosen) ? chosen : '7d';
  const report = useLoad(
    `usage/${range}`,
    signal =>
      unwrap(
        client.GET('/v1/my/usage', {
          params: { query: windowOf(range) },
          signal,
        }),
      ),
    { keep: true },
  );
  return (
    <Page title={t('usage.title')} description={t('usage.description')}>
      <UsageView report={report} range={range} onRange={setRange} />
    </Page>
  );
}
