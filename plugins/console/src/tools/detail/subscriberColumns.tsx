import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Column,
  RelativeTime,
  StateBadge,
  useGrant,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { consoleToolTranslationRef } from '../../i18n/tools/ref';
import { Move, Moves } from '../../subscribers/Moves';
import { ToolSubscription } from '../types';

export function useSubscriberColumns(
  onMove: (move: Move, subscription: ToolSubscription) => void,
): Column<ToolSubscription>[] {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: common } = useTranslationRef(consoleTranslationRef);
  const grant = useGrant();
  const who = (row: ToolSubscription) =>
    row.subscriber_name ?? row.subscriber_id;
  return [
    {
      id: 'who',
      label: t('subscribers.who'),
      cell: who,
      sortBy: who,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'tools',
      label: t('list.tools'),
      cell: row => (
        <span title={Array.isArray(row.tools) ? row.tools.join(', ') : ''}>
          {grant(row.tools)}
        </span>
      ),
      width: '2fr',
    },
    {
      id: 'plan',
      label: common('approvals.plan'),
      cell: row => row.plan,
      sortBy: row => row.plan,
      width: 100,
    },
    {
      id: 'state',
      label: common('subscriptions.state'),
      cell: row => <StateBadge status={row.status} />,
      sortBy: row => row.status,
      width: 120,
    },
    {
      id: 'key',
      label: common('subscriptions.key'),
      cell: row => <code>{row.api_key_prefix}…</code>,
      width: 140,
    },
    {
      id: 'since',
      label: common('subscriptions.since'),
      cell: row => <RelativeTime at={row.created_at} />,
      sortBy: row => row.created_at,
      width: 150,
    },
    {
      id: 'actions',
      label: common('subscriptions.actions'),
      cell: row => (
        <Moves
          permissions={row.permissions}
          who={who(row)}
          onMove={move => onMove(move, row)}
        />
      ),
      width: 240,
    },
  ];
}
