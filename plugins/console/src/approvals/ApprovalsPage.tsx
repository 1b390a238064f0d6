import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { RiCheckDoubleLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorPanel,
  LIVE,
  Page,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
  useToast,
} from '@stoa/plugin-stoa-react';
import { Subscription } from '../apis/types';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';
import { useColumns } from './columns';
import { Decision, useDecisions } from './useDecisions';
import styles from './approvals.module.css';

const PAGE_SIZE = 50;

/** Requests that wait, decided one by one or many at once. */
export function ApprovalsPage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const toast = useToast();
  const decisions = useDecisions();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [rejecting, setRejecting] = useState<readonly Subscription[]>([]);
  const list = usePages(`pending/${tenant.id}`, (cursor, signal) =>
    unwrap(
      client.GET('/v1/subscriptions/tenant/{tenant_id}/pending', {
        params: {
          path: { tenant_id: tenant.id },
          query: { limit: PAGE_SIZE, cursor },
        },
        signal,
      }),
    ),
  );
  useLive(LIVE.subscriptions, list.reload);
  const rows = list.data ?? [];
  const chosen = rows.filter(
    row => selected.has(row.id) && row.permissions.approve,
  );

  const decide = async (
    subscriptions: readonly Subscription[],
    decision: Decision,
  ) => {
    const failed = await decisions.decide(subscriptions, decision);
    setRejecting([]);
    setSelected(new Set());
    list.reload();
    const done = subscriptions.length - failed.length;
    if (done === 0) return;
    if (decision.kind === 'reject') toast(t('approvals.rejected'));
    else if (subscriptions.length === 1) {
      toast(
        t('approvals.approved', {
          application: subscriptions[0].application_name,
          api: subscriptions[0].api_name,
        }),
      );
    } else toast(t('approvals.approvedMany', { n: String(done) }));
  };
  const columns = useColumns({
    pending: decisions.pending,
    onApprove: row => decide([row], { kind: 'approve' }),
    onReject: row => setRejecting([row]),
  });
  return (
    <Page title={t('approvals.title')} description={t('approvals.description')}>
      {decisions.failures.map(({ subscription, problem }) => (
        <div key={subscription.id}>
          <Text weight="bold">
            {subscription.application_name} → {subscription.api_name}
          </Text>
          <ErrorPanel error={problem} />
        </div>
      ))}
      {chosen.length > 0 && (
        <div className={styles.bulk}>
          <Button
            isPending={decisions.pending}
            onPress={() => decide(chosen, { kind: 'approve' })}
          >
            {t('approvals.approveMany', { n: String(chosen.length) })}
          </Button>
          <Button
            variant="secondary"
            destructive
            onPress={() => setRejecting(chosen)}
          >
            {t('approvals.rejectMany', { n: String(chosen.length) })}
          </Button>
        </div>
      )}
      <DataTable
        label={t('approvals.title')}
        columns={columns}
        rows={list.data}
        loading={list.loading}
        error={list.error}
        onRetry={list.reload}
        hasMore={list.hasMore}
        onMore={list.more}
        textOf={row =>
          `${row.api_name} ${row.application_name} ${row.subscriber_name ?? ''}`
        }
        selection={
          tenant.permissions.decide_subscription
            ? {
                selected,
                onChange: setSelected,
                nameOf: id =>
                  rows.find(row => row.id === id)?.application_name ?? id,
              }
            : undefined
        }
        empty={
          <EmptyState
            icon={<RiCheckDoubleLine size={32} />}
            title={t('approvals.empty')}
          >
            {t('approvals.emptyHint')}
          </EmptyState>
        }
      />
      <ConfirmDialog
        isOpen={rejecting.length > 0}
        onClose={() => setRejecting([])}
        title={
          rejecting.length === 1
            ? t('approvals.rejectOne', {
                application: rejecting[0].application_name,
              })
            : t('approvals.rejectTitle', { n: String(rejecting.length) })
        }
        confirm={t('approvals.reject')}
        destructive
        reason={t('approvals.reason')}
        pending={decisions.pending}
        onConfirm={reason => decide(rejecting, { kind: 'reject', reason })}
      >
        {t('approvals.rejectHint')}
      </ConfirmDialog>
    </Page>
  );
}
