import { useState } from 'react';
import { Skeleton } from '@backstage/ui';
import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import { EmptyState, ErrorPanel, Page } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { Done } from '../subscribe/Done';
import { SubscribeForm } from './SubscribeForm';
import { ServerDetails, useServer } from './useServer';

/** What asking for tools answers: the one time its key is seen. */
export interface Asked {
  readonly subscription: Schema<'McpSubscription'>;
  readonly api_key: string | null;
}

/** A plan, perhaps fewer tools than all, a reason; then the key. */
export function SubscribeServerPage() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const { server: id = '' } = useParams();
  const server = useServer(id);
  const [asked, setAsked] = useState<Asked>();
  const name = server.data?.display_name ?? t('server.title');
  return (
    <Page
      title={
        asked
          ? portal('subscribe.doneTitle', { api: name })
          : portal('subscribe.title', { api: name })
      }
      crumbs={[
        { label: t('servers.title'), href: paths.servers() },
        { label: name, href: paths.server(id) },
      ]}
    >
      {server.error && !server.data && (
        <ErrorPanel error={server.error} onRetry={server.reload} />
      )}
      {server.loading && <Skeleton width="100%" height={240} />}
      {asked ? (
        <Done
          status={asked.subscription.status}
          apiKey={asked.api_key}
          fileName={`${asked.subscription.server_slug}.mcp.key`}
          href={paths.toolSubscription(asked.subscription.id)}
        />
      ) : (
        server.data && <Form server={server.data} onAsked={setAsked} />
      )}
    </Page>
  );
}

/** The form, or why there is none. */
function Form(props: {
  readonly server: ServerDetails;
  readonly onAsked: (asked: Asked) => void;
}) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { t: portal } = useTranslationRef(portalTranslationRef);
  const { server } = props;
  if (server.subscription) {
    return <EmptyState title={t('subscribe.already')} />;
  }
  if (!server.permissions.subscribe) {
    return <EmptyState title={t('subscribe.notNow')} />;
  }
  if (server.plan_details.length === 0) {
    return (
      <EmptyState title={t('server.noPlans')}>
        {portal('api.noPlansHint')}
      </EmptyState>
    );
  }
  return <SubscribeForm {...props} />;
}
