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
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { History } from './History';
import { SubscriptionFacts } from './SubscriptionFacts';
import { useSubscription } from './useSubscription';

/** One subscription: its state, what happened to it, and the way out of it. */
export function SubscriptionPage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const client = useStoaClient();
  const toast = useToast();
  const { id = '' } = useParams();
  const loaded = useSubscription(id);
  const [asking, setAsking] = useState(false);
  const cancel = useAction(async () => {
    await unwrap(
      client.DELETE('/v1/subscriptions/{subscription_id}', {
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
  const names = {
    application: subscription.application_name,
    api: subscription.api_name,
  };
  return (
    <Page
      title={subscription.api_name}
      crumbs={crumbs}
      description={subscription.application_name}
      badges={<StateBadge status={subscription.status} />}
      actions={
        <>
          {subscription.status === 'active' && (
            <ButtonLink
              href={paths.code(subscription.tenant_id, subscription.api_id)}
            >
              {t('subscriptions.try')}
            </ButtonLink>
          )}
          {subscription.permissions.cancel && (
            <Button
              variant="secondary"
              destructive
              onPress={() => setAsking(true)}
            >
              {t('subscriptions.cancel')}
            </Button>
          )}
        </>
      }
    >
      {subscription.status === 'pending' && (
        <Alert status="info" icon title={t('subscriptions.pendingHint')} />
      )}
      <SubscriptionFacts subscription={subscription} />
      <Section title={t('subscriptions.timeline')}>
        <History entries={history} />
      </Section>
      <ConfirmDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        title={t('subscriptions.cancelTitle', names)}
        confirm={t('subscriptions.cancel')}
        destructive
        pending={cancel.pending}
        error={cancel.error}
        onConfirm={() => cancel.run()}
      >
        {t('subscriptions.cancelHint')}
      </ConfirmDialog>
    </Page>
  );
}
