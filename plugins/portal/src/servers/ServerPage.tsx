import { ButtonLink, Skeleton } from '@backstage/ui';
import {
  NotFoundErrorPage,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { Route, Routes, useParams } from 'react-router-dom';
import { ErrorPanel, LinkTabs, Page } from '@stoa/plugin-stoa-react';
import { ConnectTab } from '../connect/ConnectTab';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { AccessBadge } from './AccessBadge';
import { ServerNotices } from './ServerNotices';
import { ServerPlans } from './ServerPlans';
import { ServerTools } from './ServerTools';
import { ServerDetails, useServer } from './useServer';

/** What a server is, which tools it has, how a client is connected to it, and the way to a key. */
export function ServerPage() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const { server: id = '' } = useParams();
  const loaded = useServer(id);
  const crumbs = [{ label: t('servers.title'), href: paths.servers() }];
  const server = loaded.data;
  if (!server) {
    return (
      <Page title={t('server.title')} crumbs={crumbs}>
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
      title={server.display_name}
      crumbs={crumbs}
      description={portal('catalogue.by', { tenant: server.tenant_name })}
      badges={<AccessBadge subscription={server.subscription} />}
      actions={<Actions server={server} />}
      tabs={<Tabs server={server} />}
    >
      <ServerNotices server={server} />
      <Routes>
        <Route index element={<ServerTools server={server} />} />
        <Route path="connect" element={<ConnectTab server={server} />} />
        <Route path="plans" element={<ServerPlans server={server} />} />
        <Route path="*" element={<NotFoundErrorPage />} />
      </Routes>
    </Page>
  );
}

function Actions({ server }: { readonly server: ServerDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  if (server.subscription) {
    return (
      <ButtonLink
        variant="secondary"
        href={paths.toolSubscription(server.subscription.id)}
      >
        {t('server.mySubscription')}
      </ButtonLink>
    );
  }
  if (!server.permissions.subscribe || server.plan_details.length === 0) {
    return null;
  }
  return (
    <ButtonLink href={paths.subscribeServer(server.id)}>
      {portal('api.subscribe')}
    </ButtonLink>
  );
}

function Tabs({ server }: { readonly server: ServerDetails }) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  return (
    <LinkTabs
      label={t('server.tabs')}
      tabs={[
        { label: t('server.tools'), href: paths.server(server.id) },
        { label: t('server.connect'), href: paths.connect(server.id) },
        { label: portal('api.plans'), href: paths.serverPlans(server.id) },
      ]}
    />
  );
}
