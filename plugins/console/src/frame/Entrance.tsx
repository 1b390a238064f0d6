import { Skeleton } from '@backstage/ui';
import { RiOrganizationChart } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Navigate } from 'react-router-dom';
import { EmptyState, ErrorPanel, Page, useMe } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../i18n/ref';
import { paths } from '../paths';

/** Without a tenant in the address: the reader's first. */
export function Entrance() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const me = useMe();
  const first = me.data?.tenants[0];
  if (first) return <Navigate to={paths.tenant(first.id)} replace />;
  return (
    <Page title={t('console.title')}>
      {me.error && <ErrorPanel error={me.error} onRetry={me.reload} />}
      {me.loading && <Skeleton width="100%" height={240} />}
      {me.data && (
        <EmptyState
          icon={<RiOrganizationChart size={32} />}
          title={t('console.noTenant')}
        >
          {t('console.noTenantHint')}
        </EmptyState>
      )}
    </Page>
  );
}
