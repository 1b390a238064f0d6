import { ButtonLink, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useNavigate } from 'react-router-dom';
import {
  Secret,
  Section,
  StateBadge,
  Status,
  stoaTranslationRef,
  useUnsavedGuard,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';

/** The key, once. Leaving the page before it is stored asks first. */
export function Done(props: {
  readonly status: Status;
  /** Nothing when the same request was answered before. */
  readonly apiKey: string | null;
  readonly fileName: string;
  /** The page of the subscription. */
  readonly href: string;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: shared } = useTranslationRef(stoaTranslationRef);
  const navigate = useNavigate();
  const { status, apiKey, href } = props;
  useUnsavedGuard(apiKey !== null, shared('secret.once'));
  return (
    <Section
      title={shared('secret.title')}
      actions={<StateBadge status={status} />}
    >
      <Text as="p">
        {status === 'active'
          ? t('subscribe.doneActive')
          : t('subscribe.donePending')}
      </Text>
      {apiKey ? (
        <Secret
          value={apiKey}
          fileName={props.fileName}
          onStored={() => navigate(href, { replace: true })}
        />
      ) : (
        <>
          <Text as="p">{t('subscribe.replayed')}</Text>
          <ButtonLink href={href}>{t('subscribe.open')}</ButtonLink>
        </>
      )}
    </Section>
  );
}
