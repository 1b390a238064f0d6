import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { StateBadge } from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { McpServer } from './useServers';

/** What the reader's own subscription lets them do; nothing without one. */
export function AccessBadge(props: {
  readonly subscription: McpServer['subscription'];
}) {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const { subscription } = props;
  if (!subscription) return null;
  return (
    <StateBadge
      status={subscription.status}
      label={t(`access.${subscription.status}`)}
    />
  );
}
