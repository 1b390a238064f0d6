import { Schema } from '@stoa/plugin-stoa-common';
import { Link } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  CopyableId,
  Facts,
  RelativeTime,
  Section,
  useActorName,
  useGrant,
  useLocale,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../../i18n/ref';
import { portalToolTranslationRef } from '../../i18n/tools/ref';
import { paths } from '../../paths';

type Subscription = Schema<'McpSubscription'>;

export function ToolSubscriptionFacts(props: {
  readonly subscription: Subscription;
}) {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: tools } = useTranslationRef(portalToolTranslationRef);
  const actorName = useActorName();
  const number = new Intl.NumberFormat(useLocale());
  const { subscription: s } = props;
  const optional = (label: string, value: string | null | undefined) =>
    value ? [{ label, value }] : [];
  return (
    <Section
      title={t('subscriptions.facts')}
      actions={<CopyableId id={s.id} />}
    >
      <Facts
        items={[
          {
            label: tools('tool.server'),
            value: (
              <Link href={paths.server(s.server_id)}>{s.server_name}</Link>
            ),
          },
          { label: tools('server.granted'), value: <Granted {...s} /> },
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

/** Each tool as a link to try it; all of them are said in words. */
function Granted(props: Pick<Subscription, 'server_id' | 'tools'>) {
  const grant = useGrant();
  const { server_id: server, tools } = props;
  if (!Array.isArray(tools)) return <>{grant(tools)}</>;
  return (
    <>
      {tools.map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Link href={paths.tool(server, name)}>{name}</Link>
        </span>
      ))}
    </>
  );
}
