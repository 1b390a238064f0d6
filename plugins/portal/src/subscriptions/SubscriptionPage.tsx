import { Link } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import { unwrap, useStoaClient } from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { SubscriptionView } from './SubscriptionView';
import { useSubscription } from './useSubscription';

/** A subscription of an application to an API. */
export function SubscriptionPage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const client = useStoaClient();
  const { id = '' } = useParams();
  return (
    <SubscriptionView
      loaded={useSubscription(id)}
      of={({
        tenant_id: tenant,
        api_id: api,
        api_name: name,
        application_name: application,
      }) => ({
        title: name,
        description: application,
        what: [
          {
            label: t('subscriptions.api'),
            value: <Link href={paths.api(tenant, api)}>{name}</Link>,
          },
          { label: t('subscriptions.application'), value: application },
        ],
        use: { label: t('subscriptions.try'), href: paths.code(tenant, api) },
        pendingHint: t('subscriptions.pendingHint'),
        keyFile: `${api}.key`,
        replaceKey: (hours, key) =>
          unwrap(
            client.POST('/v1/subscriptions/{subscription_id}/rotate-key', {
              params: {
                path: { subscription_id: id },
                header: { 'Idempotency-Key': key },
              },
              body: { grace_period_hours: hours },
            }),
          ),
        extend: (days, key) =>
          unwrap(
            client.POST('/v1/subscriptions/{subscription_id}/extend', {
              params: {
                path: { subscription_id: id },
                header: { 'Idempotency-Key': key },
              },
              body: { extend_days: days === 14 ? 14 : 7 },
            }),
          ),
        cancel: {
          title: t('subscriptions.cancelTitle', { application, api: name }),
          hint: t('subscriptions.cancelHint'),
          run: () =>
            unwrap(
              client.DELETE('/v1/subscriptions/{subscription_id}', {
                params: { path: { subscription_id: id } },
              }),
            ),
        },
      })}
    />
  );
}
