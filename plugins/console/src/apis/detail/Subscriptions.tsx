import { useState } from 'react';
import { Button } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Column,
  ConfirmDialog,
  DataTable,
  EmptyState,
  LIVE,
  RelativeTime,
  StateBadge,
  unwrap,
  useAction,
  useLive,
  usePages,
  useStoaClient,
  useToast,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { Api, Subscription } from '../types';

const PAGE_SIZE = 50;

/** Who uses the API; taking access back. */
export function Subscriptions({ api }: { readonly api: Api }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const toast = useToast();
  const [revoking, setRevoking] = useState<Subscription>();
  const list = usePages(`subscriptions/${api.id}`, (cursor, signal) =>
    unwrap(
      client.GET('/v1/subscriptions/tenant/{tenant_id}', {
        params: {
          path: { tenant_id: api.tenant_id },
          query: { limit: PAGE_SIZE, cursor, api_id: api.api_id },
        },
        signal,
      }),
    ),
  );
  useLive(LIVE.subscriptions, list.reload);
  const revoke = useAction(
    async (subscription: Subscription, reason: string) => {
      await unwrap(
        client.POST('/v1/subscriptions/{subscription_id}/revoke', {
          params: { path: { subscription_id: subscription.id } },
          body: { reason },
        }),
      );
      setRevoking(undefined);
      list.reload();
      toast(
        t('subscriptions.revoked', {
          application: subscription.application_name,
        }),
      );
    },
  );
  return (
    <>
      <DataTable
        label={t('subscriptions.title')}
        columns={useColumns(setRevoking)}
        rows={list.data}
        loading={list.loading}
        error={list.error}
        onRetry={list.reload}
        hasMore={list.hasMore}
        onMore={list.more}
        textOf={row =>
          `${row.application_name} ${row.subscriber_name ?? ''} ${row.plan}`
        }
        empty={
          <EmptyState title={t('subscriptions.empty')}>
            {t('subscriptions.emptyHint')}
          </EmptyState>
        }
      />
      <ConfirmDialog
        isOpen={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={t('subscriptions.revokeTitle', {
          application: revoking?.application_name ?? '',
          api: api.display_name,
        })}
        confirm={t('subscriptions.revoke')}
        destructive
        reason={t('approvals.reason')}
        pending={revoke.pending}
        error={revoke.error}
        onConfirm={reason => revoking && revoke.run(revoking, reason)}
      >
        {t('subscriptions.revokeHint')}
      </ConfirmDialog>
    </>
  );
}

function useColumns(
  onRevoke: (subscription: Subscription) => void,
): Column<Subscription>[] {
  const { t } = useTranslationRef(consoleTranslationRef);
  return [
    {
      id: 'application',
      label: t('approvals.application'),
      cell: row => row.application_name,
      sortBy: row => row.application_name,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'who',
      label: t('approvals.who'),
      cell: row => row.subscriber_name ?? row.subscriber_id,
    },
    { id: 'plan', label: t('approvals.plan'), cell: row => row.plan },
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
    {
      id: 'actions',
      label: t('subscriptions.actions'),
      cell: row =>
        row.permissions.revoke && (
          <Button
            size="small"
            variant="tertiary"
            destructive
            aria-label={`${t('subscriptions.revoke')}: ${row.application_name}`}
            onPress={() => onRevoke(row)}
          >
            {t('subscriptions.revoke')}
          </Button>
        ),
    },
  ];
}
