import { lazy, Suspense } from 'react';
import { Alert, ButtonLink, Skeleton, Text } from '@backstage/ui';
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
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { CodeTab } from './CodeTab';
import { Overview } from './Overview';
import { Plans } from './Plans';
import { PortalApiDetails, usePortalApi } from './useApi';

const Reference = lazy(() =>
  import('../reference/Reference').then(m => ({ default: m.Reference })),
);

/** What an API is, how it is called, what it costs to use it, and the way to a key. */
export function ApiPage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const { tenant = '', api: id = '' } = useParams();
  const api = usePortalApi(tenant, id);
  const crumbs = [{ label: t('catalogue.title'), href: paths.apis() }];
  if (!api.data) {
    return (
      <Page title={id} crumbs={crumbs}>
        {api.error ? (
          <ErrorPanel error={api.error} onRetry={api.reload} />
        ) : (
          <Skeleton width="100%" height={320} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={api.data.display_name}
      crumbs={crumbs}
      description={t('catalogue.by', { tenant: api.data.tenant_name })}
      badges={
        <>
          <StateBadge status={api.data.status} />
          <Text color="secondary">{api.data.version}</Text>
        </>
      }
      actions={
        api.data.plan_details.length > 0 && (
          <ButtonLink href={paths.subscribe(tenant, id)}>
            {t('api.subscribe')}
          </ButtonLink>
        )
      }
      tabs={<Tabs api={api.data} />}
    >
      {api.data.status === 'deprecated' && (
        <Alert
          status="warning"
          icon
          title={t('api.deprecated')}
          description={t('api.deprecatedHint')}
        />
      )}
      <Routes>
        <Route index element={<Overview api={api.data} />} />
        <Route
          path="reference"
          element={
            <Suspense fallback={<Skeleton width="100%" height={320} />}>
              <Reference api={api.data} />
            </Suspense>
          }
        />
        <Route path="plans" element={<Plans api={api.data} />} />
        <Route path="code" element={<CodeTab api={api.data} />} />
        <Route path="*" element={<NotFoundErrorPage />} />
      </Routes>
    </Page>
  );
}

function Tabs({ api }: { readonly api: PortalApiDetails }) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { tenant_id: tenant, api_id: id } = api;
  return (
    <LinkTabs
      label={t('api.tabs')}
      tabs={[
        { label: t('api.overview'), href: paths.api(tenant, id) },
        { label: t('api.reference'), href: paths.reference(tenant, id) },
        { label: t('api.plans'), href: paths.plans(tenant, id) },
        { label: t('api.code'), href: paths.code(tenant, id) },
      ]}
    />
  );
}
