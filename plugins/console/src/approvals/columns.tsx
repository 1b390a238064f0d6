import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Column, RelativeTime } from '@stoa/plugin-stoa-react';
import { Subscription } from '../apis/types';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';
import styles from './approvals.module.css';

interface Handlers {
  readonly pending: boolean;
  readonly onApprove: (row: Subscription) => void;
  readonly onReject: (row: Subscription) => void;
}

export function useColumns(handlers: Handlers): Column<Subscription>[] {
  const { t } = useTranslationRef(consoleTranslationRef);
  return [
    {
      id: 'application',
      label: t('approvals.application'),
      cell: row => row.application_name,
      sortBy: row => row.application_name,
      isRowHeader: true,
    },
    {
      id: 'api',
      label: t('approvals.api'),
      cell: row => row.api_name,
      sortBy: row => row.api_name,
    },
    {
      id: 'who',
      label: t('approvals.who'),
      cell: row => row.subscriber_name ?? row.subscriber_id,
      sortBy: row => row.subscriber_name ?? row.subscriber_id,
    },
    {
      id: 'plan',
      label: t('approvals.plan'),
      cell: row => row.plan,
      sortBy: row => row.plan,
    },
    {
      id: 'why',
      label: t('approvals.why'),
      cell: row => row.request_reason ?? '–',
    },
    {
      id: 'since',
      label: t('approvals.since'),
      cell: row => <RelativeTime at={row.created_at} />,
      sortBy: row => row.created_at,
    },
    {
      id: 'actions',
      label: t('approvals.actions'),
      cell: row => <Decide row={row} {...handlers} />,
      width: 210,
    },
  ];
}

/** The buttons that would work; otherwise why there are none. */
function Decide(props: Handlers & { readonly row: Subscription }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const { row, pending } = props;
  const { approve, reject } = row.permissions;
  if (!approve && !reject) {
    return (
      <Text variant="body-small" color="secondary">
        {tenant.permissions.decide_subscription
          ? t('approvals.own')
          : t('approvals.notYours')}
      </Text>
    );
  }
  const name = `${row.application_name}, ${row.api_name}`;
  return (
    <span className={styles.buttons}>
      {approve && (
        <Button
          size="small"
          isDisabled={pending}
          aria-label={`${t('approvals.approve')}: ${name}`}
          onPress={() => props.onApprove(row)}
        >
          {t('approvals.approve')}
        </Button>
      )}
      {reject && (
        <Button
          size="small"
          variant="secondary"
          isDisabled={pending}
          aria-label={`${t('approvals.reject')}: ${name}`}
          onPress={() => props.onReject(row)}
        >
          {t('approvals.reject')}
        </Button>
      )}
    </span>
  );
}
