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
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';

/** Calls to the tenant's APIs, whoever made them. */
export function UsagePage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const [chosen, setRange] = useUrlState('range', '7d');
  const range = isRange(chosen) ? chosen : '7d';
  const report = useLoad(
    `usage/${tenant.id}/${range}`,
    signal =>
      unwrap(
        client.GET('/v1/tenants/{tenant_id}/usage', {
          params: { path: { tenant_id: tenant.id }, query: windowOf(range) },
          signal,
        }),
      ),
    { keep: true },
  );
  return (
    <Page
      title={t('usage.title')}
      description={t('usage.description', { tenant: tenant.name })}
    >
      <UsageView report={report} range={range} onRange={setRange} />
    </Page>
  );
}
