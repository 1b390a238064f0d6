import { ReactNode } from 'react';
import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  CopyableId,
  Facts,
  RelativeTime,
  Section,
  useActorName,
  useLocale,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** The terms of a subscription, and who said what about it. */
export function SubscriptionFacts(props: {
  readonly subscription: Schema<'Subscription'> | Schema<'McpSubscription'>;
  /** What it is to, and who or what uses it. */
  readonly what: readonly Fact[];
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const actorName = useActorName();
  const number = new Intl.NumberFormat(useLocale());
  const { subscription: s, what } = props;
  const optional = (label: string, value: string | null | undefined) =>
    value ? [{ label, value }] : [];
  return (
    <Section
      title={t('subscriptions.facts')}
      actions={<CopyableId id={s.id} />}
    >
      <Facts
        items={[
          ...what,
          { label: t('subscriptions.plan'), value: s.plan },
          {
            label: t('subscriptions.rate'),
            value: t('plan.rate', { n: number.format(s.rate_limit) }),
          },
          {
            label: t('subscriptions.key'),
            value: <code>{s.api_key_prefix}…</code>,
          },
          {
            label: t('subscriptions.since'),
            value: <RelativeTime at={s.created_at} />,
          },
          {
            label: t('subscriptions.expires'),
            value: s.expires_at ? (
              <RelativeTime at={s.expires_at} />
            ) : (
              t('subscriptions.never')
            ),
          },
          ...optional(
            t('subscriptions.approvedBy'),
            s.approved_by && actorName(s.approved_by),
          ),
          ...optional(t('subscriptions.yourReason'), s.request_reason),
          ...optional(t('subscriptions.reasonGiven'), s.status_reason),
        ]}
      />
    </Section>
  );
}
