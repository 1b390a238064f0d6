import { useState } from 'react';
import { Alert, Button, ButtonLink, Skeleton } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import {
  ConfirmDialog,
  ErrorPanel,
  Page,
  Section,
  StateBadge,
  unwrap,
  useAction,
  useStoaClient,
  useToast,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../../i18n/ref';
import { portalToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';
import { History } from '../History';
import { ToolSubscriptionFacts } from './ToolSubscriptionFacts';
import { useToolSubscription } from './useToolSubscription';

/** A subscription to tools: its state, what happened to it, how to connect with it, and the way out of it. */
export function ToolSubscriptionPage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: tools } = useTranslationRef(portalToolTranslationRef);
  const client = useStoaClient();
  const toast = useToast();
  const { id = '' } = useParams();
  const loaded = useToolSubscription(id);
  const [asking, setAsking] = useState(false);
  const cancel = useAction(async () => {
    await unwrap(
      client.DELETE('/v1/mcp/subscriptions/{subscription_id}', {
        params: { path: { subscription_id: id } },
      }),
    );
    setAsking(false);
    loaded.reload();
    toast(t('subscriptions.cancelledToast'));
  });
  const crumbs = [
    { label: t('subscriptions.title'), href: paths.subscriptions() },
  ];
  if (!loaded.data) {
    return (
      <Page title={t('subscriptions.facts')} crumbs={crumbs}>
        {loaded.error ? (
          <ErrorPanel error={loaded.error} onRetry={loaded.reload} />
        ) : (
          <Skeleton width="100%" height={240} />
        )}
      </Page>
    );
  }
  const { subscription, history } = loaded.data;
  const server = subscription.server_name;
  return (
    <Page
      title={server}
      crumbs={crumbs}
      badges={<StateBadge status={subscription.status} />}
      actions={
        <>
          {subscription.status === 'active' && (
            <ButtonLink
              href={`${paths.connect(subscription.server_id)}?way=key`}
            >
              {tools('subscriptions.connect')}
            </ButtonLink>
          )}
          {subscription.permissions.cancel && (
            <Button
              variant="secondary"
              destructive
              onPress={() => {
                cancel.clear();
                setAsking(true);
              }}
            >
              {t('subscriptions.cancel')}
            </Button>
          )}
        </>
      }
    >
      {subscription.status === 'pending' && (
        <Alert status="info" icon title={tools('notice.pending')} />
      )}
      <ToolSubscriptionFacts subscription={subscription} />
      <Section title={t('subscriptions.timeline')}>
        <History entries={history} />
      </Section>
      <ConfirmDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        title={tools('subscriptions.cancelTitle', { server })}
        confirm={t('subscriptions.cancel')}
        destructive
        pending={cancel.pending}
        error={cancel.error}
        onConfirm={() => cancel.run()}
      >
        {tools('subscriptions.cancelHint')}
      </ConfirmDialog>
    </Page>
  );
}
