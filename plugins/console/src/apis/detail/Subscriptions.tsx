import { useState } from 'react';
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
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { Move, Moves } from '../../subscribers/Moves';
import { Api, Subscription } from '../types';

const PAGE_SIZE = 50;

/** Who uses the API; stopping access for a while, giving it back, taking it away. */
export function Subscriptions({ api }: { readonly api: Api }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { t: tools } = useTranslationRef(consoleToolTranslationRef);
  const client = useStoaClient();
  const toast = useToast();
  const [asked, setAsked] = useState<{
    move: Move;
    subscription: Subscription;
  }>();
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
  const change = useAction(
    async (move: Move, subscription: Subscription, reason: string) => {
      const params = { path: { subscription_id: subscription.id } };
      const path = '/v1/subscriptions/{subscription_id}' as const;
      const body = { reason };
      await unwrap(
        {
          suspend: () => client.POST(`${path}/suspend`, { params, body }),
          revoke: () => client.POST(`${path}/revoke`, { params, body }),
          reactivate: () => client.POST(`${path}/reactivate`, { params }),
        }[move](),
      );
      setAsked(undefined);
      list.reload();
      toast(tools(`moved.${move}`, { who: subscription.application_name }));
    },
  );
  const columns = useColumns((move, subscription) => {
    change.clear();
    setAsked({ move, subscription });
  });
  return (
    <>
      <DataTable
        label={t('subscriptions.title')}
        columns={columns}
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
      {asked && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsked(undefined)}
          title={tools(`ask.${asked.move}`, {
            who: asked.subscription.application_name,
          })}
          confirm={tools(`move.${asked.move}`)}
          destructive={asked.move !== 'reactivate'}
          reason={
            asked.move === 'reactivate' ? undefined : t('approvals.reason')
          }
          pending={change.pending}
          error={change.error}
          onConfirm={reason =>
            change.run(asked.move, asked.subscription, reason)
          }
        >
          {t(`subscriptions.askHint.${asked.move}`)}
        </ConfirmDialog>
      )}
    </>
  );
}

function useColumns(
  onMove: (move: Move, subscription: Subscription) => void,
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
    {
      id: 'plan',
      label: t('approvals.plan'),
      cell: row => row.plan,
      width: 100,
    },
    {
      id: 'state',
      label: t('subscriptions.state'),
      cell: row => <StateBadge status={row.status} />,
      sortBy: row => row.status,
      width: 120,
    },
    {
      id: 'key',
      label: t('subscriptions.key'),
      cell: row => <code>{row.api_key_prefix}…</code>,
      width: 140,
    },
    {
      id: 'since',
      label: t('subscriptions.since'),
      cell: row => <RelativeTime at={row.created_at} />,
      sortBy: row => row.created_at,
      width: 150,
    },
    {
      id: 'actions',
      label: t('subscriptions.actions'),
      cell: row => (
        <Moves
          permissions={row.permissions}
          who={row.application_name}
          onMove={move => onMove(move, row)}
        />
      ),
      width: 240,
    },
  ];
}
