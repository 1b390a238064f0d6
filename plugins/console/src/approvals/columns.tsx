import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Column, RelativeTime, useGrant } from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';
import { consoleToolTranslationRef } from '../i18n/tools/ref';
import { Request } from './useRequests';
import styles from './approvals.module.css';

interface Handlers {
  readonly pending: boolean;
  readonly onApprove: (row: Request) => void;
  readonly onReject: (row: Request) => void;
}

export function useColumns(handlers: Handlers): Column<Request>[] {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { t: tools } = useTranslationRef(consoleToolTranslationRef);
  return [
    {
      id: 'application',
      label: tools('approvals.whose'),
      cell: row => row.whose,
      sortBy: row => row.whose,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'what',
      label: tools('approvals.what'),
      cell: row => <What row={row} />,
      sortBy: row => row.what,
      width: '2fr',
    },
    {
      id: 'who',
      label: t('approvals.who'),
      cell: row => row.who,
      sortBy: row => row.who,
      width: '2fr',
    },
    {
      id: 'plan',
      label: t('approvals.plan'),
      cell: row => row.plan,
      sortBy: row => row.plan,
      width: 100,
    },
    {
      id: 'why',
      label: t('approvals.why'),
      cell: row => row.reason ?? '–',
      width: '2fr',
    },
    {
      id: 'since',
      label: t('approvals.since'),
      cell: row => <RelativeTime at={row.since} />,
      sortBy: row => row.since,
      width: 130,
    },
    {
      id: 'actions',
      label: t('approvals.actions'),
      cell: row => <Decide row={row} {...handlers} />,
      width: 210,
    },
  ];
}

/** An API by its name; tools by their server's, and how many of them. */
function What({ row }: { readonly row: Request }) {
  const grant = useGrant();
  if (!row.tools) return <>{row.what}</>;
  return (
    <span title={Array.isArray(row.tools) ? row.tools.join(', ') : undefined}>
      {row.what}
      <Text as="p" variant="body-small" color="secondary">
        {grant(row.tools)}
      </Text>
    </span>
  );
}

/** The buttons that would work; otherwise why there are none. */
function Decide(props: Handlers & { readonly row: Request }) {
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
  const name = `${row.whose}, ${row.what}`;
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
