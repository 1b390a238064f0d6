import { Schema } from '@stoa/plugin-stoa-common';
import { Link } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useParams } from 'react-router-dom';
import { unwrap, useGrant, useStoaClient } from '@stoa/plugin-stoa-react';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { SubscriptionView } from './SubscriptionView';
import { useToolSubscription } from './useSubscription';

/** A person's subscription to tools of an MCP server. */
export function ToolSubscriptionPage() {
  const { t } = useTranslationRef(portalToolTranslationRef);
  const client = useStoaClient();
  const { id = '' } = useParams();
  return (
    <SubscriptionView
      loaded={useToolSubscription(id)}
      of={({
        server_id: server,
        server_slug: slug,
        server_name: name,
        tools,
      }) => ({
        title: name,
        what: [
          {
            label: t('tool.server'),
            value: <Link href={paths.server(server)}>{name}</Link>,
          },
          {
            label: t('server.granted'),
            value: <Granted server={server} tools={tools} />,
          },
        ],
        use: {
          label: t('subscriptions.connect'),
          href: `${paths.connect(server)}?way=key`,
        },
        pendingHint: t('notice.pending'),
        keyFile: `${slug}.mcp.key`,
        replaceKey: (hours, key) =>
          unwrap(
            client.POST('/v1/mcp/subscriptions/{subscription_id}/rotate-key', {
              params: {
                path: { subscription_id: id },
                header: { 'Idempotency-Key': key },
              },
              body: { grace_period_hours: hours },
            }),
          ),
        extend: (days, key) =>
          unwrap(
            client.POST('/v1/mcp/subscriptions/{subscription_id}/extend', {
              params: {
                path: { subscription_id: id },
                header: { 'Idempotency-Key': key },
              },
              body: { extend_days: days === 14 ? 14 : 7 },
            }),
          ),
        cancel: {
          title: t('subscriptions.cancelTitle', { server: name }),
          hint: t('subscriptions.cancelHint'),
          run: () =>
            unwrap(
              client.DELETE('/v1/mcp/subscriptions/{subscription_id}', {
                params: { path: { subscription_id: id } },
              }),
            ),
        },
      })}
    />
  );
}

/** Each tool as a link to try it; all of them are said in words. */
function Granted(props: {
  readonly server: string;
  readonly tools: Schema<'ToolGrant'>;
}) {
  const grant = useGrant();
  const { server, tools } = props;
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
