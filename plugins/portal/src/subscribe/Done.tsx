import { ButtonLink, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  Secret,
  Section,
  StateBadge,
  stoaTranslationRef,
  useUnsavedGuard,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import type { Created } from './SubscribePage';

/** The key, once. Leaving the page before it is stored asks first. */
export function Done({ created }: { readonly created: Created }) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const navigate = useNavigate();
  const { subscription, api_key: key } = created;
  useUnsavedGuard(key !== null, shared('secret.once'));
  const open = paths.subscription(subscription.id);
  return (
    <Section
      title={shared('secret.title')}
      actions={<StateBadge status={subscription.status} />}
    >
      <Text as="p">
        {subscription.status === 'active'
          ? t('subscribe.doneActive')
          : t('subscribe.donePending')}
      </Text>
      {key ? (
        <Secret
          value={key}
          fileName={`${subscription.api_id}.key`}
          onStored={() => navigate(open, { replace: true })}
        />
      ) : (
        <>
          <Text as="p">{t('subscribe.replayed')}</Text>
          <ButtonLink href={open}>{t('subscribe.open')}</ButtonLink>
        </>
      )}
    </Section>
  );
}
