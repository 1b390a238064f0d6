import { ReactNode, useMemo } from 'react';
import { Skeleton } from '@backstage/ui';
import { RiOrganizationChart } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import { EmptyState, ErrorPanel, Page, useMe } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../i18n/ref';
import { TenantBar } from './TenantBar';
import { TenantContext, toCurrent } from './TenantContext';

/** Around every page of a tenant: which tenant it is, and its parts. */
export function TenantFrame(props: { readonly children: ReactNode }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { tenant: id } = useParams();
  const me = useMe();
  const mine = me.data?.tenants.find(tenant => tenant.id === id);
  const tenant = useMemo(() => mine && toCurrent(mine), [mine]);
  if (tenant && me.data) {
    return (
      <TenantContext.Provider value={tenant}>
        <TenantBar tenant={tenant} tenants={me.data.tenants} />
        {props.children}
      </TenantContext.Provider>
    );
  }
  return (
    <Page title={t('console.title')}>
      {me.error && <ErrorPanel error={me.error} onRetry={me.reload} />}
      {me.loading && <Skeleton width="100%" height={240} />}
      {me.data && (
        <EmptyState
          icon={<RiOrganizationChart size={32} />}
          title={t('console.unknownTenant')}
        >
          {t('console.unknownTenantHint')}
        </EmptyState>
      )}
    </Page>
  );
}
