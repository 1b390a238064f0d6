import { Skeleton, Text } from '@backstage/ui';
import {
  NotFoundErrorPage,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { Route, Routes, useParams } from 'react-router-dom';
import {
  ErrorPanel,
  LinkTabs,
  Page,
  StateBadge,
} from '@stoa/plugin-stoa-react';
import { ToolSetsTable } from '../../tools/ToolSetsTable';
import { DeploymentsTable } from '../../deployments/DeploymentsTable';
import { useTenant } from '../../frame/TenantContext';
import { consoleTranslationRef } from '../../i18n/ref';
import { paths } from '../../paths';
import { Api } from '../types';
import { Actions } from './Actions';
import { OfferAsTools, mayOffer } from './OfferAsTools';
import { Overview } from './Overview';
import { Subscriptions } from './Subscriptions';
import { Versions } from './Versions';
import { useApiOf } from './useApi';

/** One API: what it is, in which state, and the one next thing to do with it. */
export function ApiPage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const { api: id = '' } = useParams();
  const loaded = useApiOf(tenant.id, id);
  const crumbs = [{ label: t('apis.title'), href: paths.apis(tenant.id) }];
  const api = loaded.data;
  if (!api) {
    return (
      <Page title={id} crumbs={crumbs}>
        {loaded.error ? (
          <ErrorPanel error={loaded.error} onRetry={loaded.reload} />
        ) : (
          <Skeleton width="100%" height={320} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={api.display_name}
      crumbs={crumbs}
      badges={
        <>
          <StateBadge status={api.status} />
          <Text color="secondary">{api.version}</Text>
        </>
      }
      actions={<Actions api={api} onChanged={loaded.reload} />}
      tabs={<Tabs api={api} />}
    >
      <Routes>
        <Route index element={<Overview api={api} />} />
        <Route path="versions" element={<Versions api={api} />} />
        <Route
          path="deployments"
          element={<DeploymentsTable apiId={api.api_id} />}
        />
        <Route
          path="tools"
          element={
            <ToolSetsTable
              apiId={api.api_id}
              create={mayOffer(tenant, api) && <OfferAsTools api={api} />}
            />
          }
        />
        <Route path="subscriptions" element={<Subscriptions api={api} />} />
        <Route path="*" element={<NotFoundErrorPage />} />
      </Routes>
    </Page>
  );
}

function Tabs({ api }: { readonly api: Api }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const of = [api.tenant_id, api.api_id] as const;
  return (
    <LinkTabs
      label={t('api.tabs')}
      tabs={[
        { label: t('api.overview'), href: paths.api(...of) },
        { label: t('api.versions'), href: paths.versions(...of) },
        { label: t('api.deployments'), href: paths.apiDeployments(...of) },
        { label: t('nav.tools'), href: paths.apiTools(...of) },
        { label: t('api.subscriptions'), href: paths.apiSubscriptions(...of) },
      ]}
    />
  );
}
