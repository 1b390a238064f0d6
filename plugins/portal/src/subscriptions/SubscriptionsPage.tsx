import { ButtonLink } from '@backstage/ui';
import { RiKey2Line } from '@remixicon/react';
import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Column,
  DataTable,
  EmptyState,
  LIVE,
  Page,
  RelativeTime,
  StateBadge,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { paths } from '../paths';

type Subscription = Schema<'Subscription'>;
const PAGE_SIZE = 50;

export function SubscriptionsPage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const client = useStoaClient();
  const subscriptions = usePages('mine', (cursor, signal) =>
    unwrap(
      client.GET('/v1/subscriptions/my', {
        params: { query: { limit: PAGE_SIZE, cursor } },
        signal,
      }),
    ),
  );
  useLive(LIVE.subscriptions, subscriptions.reload);
  const columns: Column<Subscription>[] = [
    {
      id: 'api',
      label: t('subscriptions.api'),
      cell: row => row.api_name,
      sortBy: row => row.api_name,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'application',
      label: t('subscriptions.application'),
      cell: row => row.application_name,
      sortBy: row => row.application_name,
    },
    {
      id: 'plan',
      label: t('subscriptions.plan'),
      cell: row => row.plan,
      sortBy: row => row.plan,
    },
    {
      id: 'state',
      label: t('subscriptions.state'),
      cell: row => <StateBadge status={row.status} />,
      sortBy: row => row.status,
    },
    {
      id: 'key',
      label: t('subscriptions.key'),
      cell: row => <code>{row.api_key_prefix}…</code>,
    },
    {
      id: 'since',
      label: t('subscriptions.since'),
      cell: row => <RelativeTime at={row.created_at} />,
      sortBy: row => row.created_at,
    },
  ];
  return (
    <Page title={t('subscriptions.title')}>
      <DataTable
        label={t('subscriptions.title')}
        columns={columns}
        rows={subscriptions.data}
        loading={subscriptions.loading}
        error={subscriptions.error}
        onRetry={subscriptions.reload}
        hasMore={subscriptions.hasMore}
        onMore={subscriptions.more}
        hrefOf={row => paths.subscription(row.id)}
        textOf={row =>
          `${row.api_name} ${row.application_name} ${row.plan} ${row.api_key_prefix}`
        }
        empty={
          <EmptyState
            icon={<RiKey2Line size={32} />}
            title={t('subscriptions.empty')}
            action={
              <ButtonLink href={paths.apis()}>
                {t('subscriptions.find')}
              </ButtonLink>
            }
          >
            {t('subscriptions.emptyHint')}
          </EmptyState>
        }
      />
    </Page>
  );
}
