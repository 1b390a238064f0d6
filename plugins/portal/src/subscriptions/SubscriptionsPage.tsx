import { ButtonLink } from '@backstage/ui';
import { RiKey2Line } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Column,
  DataTable,
  EmptyState,
  Page,
  RelativeTime,
  StateBadge,
  useGrant,
} from '@stoa/plugin-stoa-react';
import { portalTranslationRef } from '../i18n/ref';
import { portalToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { Mine, useMine } from './useMine';

/** Everything the reader subscribed to, APIs and tools alike. */
export function SubscriptionsPage() {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: tools } = useTranslationRef(portalToolTranslationRef);
  const mine = useMine();
  return (
    <Page title={t('subscriptions.title')}>
      <DataTable
        label={t('subscriptions.title')}
        columns={useColumns()}
        rows={mine.data}
        loading={mine.loading}
        error={mine.error}
        onRetry={mine.reload}
        hasMore={mine.hasMore}
        onMore={mine.more}
        hrefOf={row => row.href}
        textOf={row =>
          `${row.name} ${row.application ?? ''} ${row.plan} ${row.keyPrefix}`
        }
        empty={
          <EmptyState
            icon={<RiKey2Line size={32} />}
            title={t('subscriptions.empty')}
            action={
              <>
                <ButtonLink href={paths.apis()}>
                  {t('subscriptions.find')}
                </ButtonLink>{' '}
                <ButtonLink variant="secondary" href={paths.servers()}>
                  {tools('servers.find')}
                </ButtonLink>
              </>
            }
          >
            {t('subscriptions.emptyHint')}
          </EmptyState>
        }
      />
    </Page>
  );
}

function useColumns(): Column<Mine>[] {
  const { t } = useTranslationRef(portalTranslationRef);
  const { t: tools } = useTranslationRef(portalToolTranslationRef);
  const grant = useGrant();
  const usedBy = (row: Mine) =>
    row.tools ? grant(row.tools) : row.application ?? '';
  return [
    {
      id: 'name',
      label: tools('subscriptions.to'),
      cell: row => row.name,
      sortBy: row => row.name,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'kind',
      label: tools('subscriptions.kind'),
      cell: row =>
        row.tools ? tools('subscriptions.tools') : t('subscriptions.api'),
      sortBy: row => (row.tools ? 1 : 0),
      width: 90,
    },
    {
      id: 'for',
      label: tools('subscriptions.for'),
      cell: usedBy,
      sortBy: usedBy,
      width: '2fr',
    },
    {
      id: 'plan',
      label: t('subscriptions.plan'),
      cell: row => row.plan,
      sortBy: row => row.plan,
      width: 100,
    },
    {
      id: 'state',
      label: t('subscriptions.state'),
      cell: row => <StateBadge status={row.status} />,
      sortBy: row => row.status,
      width: 130,
    },
    {
      id: 'key',
      label: t('subscriptions.key'),
      cell: row => <code>{row.keyPrefix}…</code>,
      width: 140,
    },
    {
      id: 'since',
      label: t('subscriptions.since'),
      cell: row => <RelativeTime at={row.since} />,
      sortBy: row => row.since,
      width: 150,
    },
  ];
}
