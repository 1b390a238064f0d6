import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { RiCheckDoubleLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorPanel,
  Page,
  useToast,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';
import { useColumns } from './columns';
import { ToolCalls } from './ToolCalls';
import { Decision, useDecisions } from './useDecisions';
import { Request, useRequests } from './useRequests';
import styles from './approvals.module.css';

/** Requests for APIs and for tools that wait, decided one by one or many at once. */
export function ApprovalsPage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const toast = useToast();
  const decisions = useDecisions();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [rejecting, setRejecting] = useState<readonly Request[]>([]);
  const list = useRequests(tenant.id);
  const rows = list.data ?? [];
  const chosen = rows.filter(
    row => selected.has(row.id) && row.permissions.approve,
  );

  const decide = async (requests: readonly Request[], decision: Decision) => {
    const failed = await decisions.decide(requests, decision);
    setRejecting([]);
    setSelected(new Set());
    list.reload();
    const done = requests.length - failed.length;
    if (done === 0) return;
    if (decision.kind === 'reject') toast(t('approvals.rejected'));
    else if (requests.length === 1) {
      toast(
        t('approvals.approved', {
          application: requests[0].whose,
          api: requests[0].what,
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
      <ToolCalls />
      {decisions.failures.map(({ request, problem }) => (
        <div key={request.id}>
          <Text weight="bold">
            {request.whose} → {request.what}
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
        textOf={row => `${row.what} ${row.whose} ${row.who}`}
        selection={
          tenant.permissions.decide_subscription
            ? {
                selected,
                onChange: setSelected,
                nameOf: id => rows.find(row => row.id === id)?.whose ?? id,
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
                application: rejecting[0].whose,
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
