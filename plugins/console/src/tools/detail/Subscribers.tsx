import { useState } from 'react';
import { RiGroupLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  LIVE,
  unwrap,
  useAction,
  useLive,
  usePages,
  useStoaClient,
  useToast,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { Move } from '../../subscribers/Moves';
import { ToolSet, ToolSubscription } from '../types';
import { useSubscriberColumns } from './subscriberColumns';

const PAGE_SIZE = 50;

/** Who may use the tools; stopping access for a while, giving it back, taking it away. */
export function Subscribers({ toolSet }: { readonly toolSet: ToolSet }) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: common } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const toast = useToast();
  const [asked, setAsked] = useState<{
    move: Move;
    subscription: ToolSubscription;
  }>();
  const list = usePages(`subscribers/${toolSet.id}`, (cursor, signal) =>
    unwrap(
      client.GET('/v1/mcp/subscriptions/tenant/{tenant_id}', {
        params: {
          path: { tenant_id: toolSet.tenant_id },
          query: { limit: PAGE_SIZE, cursor, server_id: toolSet.id },
        },
        signal,
      }),
    ),
  );
  useLive(LIVE.subscriptions, list.reload);
  const change = useAction(
    async (move: Move, subscription: ToolSubscription, reason: string) => {
      const params = { path: { subscription_id: subscription.id } };
      const path = '/v1/mcp/subscriptions/{subscription_id}' as const;
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
      toast(t(`moved.${move}`, { who: whoOf(subscription) }));
    },
  );
  const columns = useSubscriberColumns((move, subscription) => {
    change.clear();
    setAsked({ move, subscription });
  });
  return (
    <>
      <DataTable
        label={common('subscriptions.title')}
        columns={columns}
        rows={list.data}
        loading={list.loading}
        error={list.error}
        onRetry={list.reload}
        hasMore={list.hasMore}
        onMore={list.more}
        textOf={row => `${whoOf(row)} ${row.plan} ${row.api_key_prefix}`}
        empty={
          <EmptyState
            icon={<RiGroupLine size={32} />}
            title={t('subscribers.empty')}
          >
            {t('subscribers.emptyHint')}
          </EmptyState>
        }
      />
      {asked && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsked(undefined)}
          title={t(`ask.${asked.move}`, { who: whoOf(asked.subscription) })}
          confirm={t(`move.${asked.move}`)}
          destructive={asked.move !== 'reactivate'}
          reason={
            asked.move === 'reactivate' ? undefined : common('approvals.reason')
          }
          pending={change.pending}
          error={change.error}
          onConfirm={reason =>
            change.run(asked.move, asked.subscription, reason)
          }
        >
          {t(`askHint.${asked.move}`)}
        </ConfirmDialog>
      )}
    </>
  );
}

/** The subscriber's name, or what they are known by without one. */
export function whoOf(subscription: ToolSubscription): string {
  return subscription.subscriber_name ?? subscription.subscriber_id;
}
