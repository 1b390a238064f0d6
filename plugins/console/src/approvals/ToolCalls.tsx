import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  CodeBlock,
  Column,
  ConfirmDialog,
  DataTable,
  ErrorPanel,
  RelativeTime,
  Section,
  useToast,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';
import { consoleToolTranslationRef } from '../i18n/tools/ref';
import { ToolCall, useToolCalls } from './useToolCalls';
import styles from './approvals.module.css';

/** Calls of tools that are held up until somebody lets them through; nothing while there are none. */
export function ToolCalls() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { t: tools } = useTranslationRef(consoleToolTranslationRef);
  const tenant = useTenant();
  const toast = useToast();
  const { list, pending, problem, approve, deny } = useToolCalls(tenant.id);
  const [denying, setDenying] = useState<ToolCall>();
  const columns: Column<ToolCall>[] = [
    {
      id: 'tool',
      label: tools('calls.tool'),
      cell: row => (
        <>
          {row.tool}
          <Text as="p" variant="body-small" color="secondary">
            {row.server_name}
          </Text>
        </>
      ),
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'who',
      label: tools('calls.who'),
      cell: row => row.subject_name ?? row.subject,
      width: '2fr',
    },
    {
      id: 'arguments',
      label: tools('calls.arguments'),
      cell: row => (
        <CodeBlock
          label={tools('calls.arguments')}
          code={JSON.stringify(row.arguments, undefined, 2)}
        />
      ),
      width: '3fr',
    },
    {
      id: 'until',
      label: tools('calls.until'),
      cell: row => <RelativeTime at={row.expires_at} />,
      width: 130,
    },
    {
      id: 'actions',
      label: t('approvals.actions'),
      cell: row => (
        <Decide
          row={row}
          pending={pending}
          onApprove={async () => {
            if (await approve(row))
              toast(tools('calls.approved', { tool: row.tool }));
          }}
          onDeny={() => setDenying(row)}
        />
      ),
      width: 210,
    },
  ];
  if (!problem && !list.error && !list.data?.length) return null;
  return (
    <Section title={tools('calls.title')}>
      <Text as="p" color="secondary">
        {tools('calls.description')}
      </Text>
      {problem && <ErrorPanel error={problem} />}
      <DataTable
        label={tools('calls.title')}
        columns={columns}
        rows={list.data}
        loading={list.loading}
        error={list.error}
        onRetry={list.reload}
        hasMore={list.hasMore}
        onMore={list.more}
        empty={null}
      />
      <ConfirmDialog
        isOpen={denying !== undefined}
        onClose={() => setDenying(undefined)}
        title={tools('calls.denyTitle', { tool: denying?.tool ?? '' })}
        confirm={t('approvals.reject')}
        destructive
        reason={t('approvals.reason')}
        pending={pending}
        onConfirm={async reason => {
          if (await deny(denying!, reason)) toast(tools('calls.denied'));
          setDenying(undefined);
        }}
      >
        {t('approvals.rejectHint')}
      </ConfirmDialog>
    </Section>
  );
}

/** The buttons that would work; otherwise why there are none. */
function Decide(props: {
  readonly row: ToolCall;
  readonly pending: boolean;
  readonly onApprove: () => void;
  readonly onDeny: () => void;
}) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const { t: tools } = useTranslationRef(consoleToolTranslationRef);
  const { row, pending } = props;
  const { approve, deny } = row.permissions;
  const name = `${row.tool}, ${row.subject_name ?? row.subject}`;
  return (
    <span className={styles.buttons}>
      {approve && (
        <Button
          size="small"
          isDisabled={pending}
          aria-label={`${t('approvals.approve')}: ${name}`}
          onPress={props.onApprove}
        >
          {t('approvals.approve')}
        </Button>
      )}
      {deny && (
        <Button
          size="small"
          variant="secondary"
          isDisabled={pending}
          aria-label={`${t('approvals.reject')}: ${name}`}
          onPress={props.onDeny}
        >
          {t('approvals.reject')}
        </Button>
      )}
      {!approve && (
        <Text variant="body-small" color="secondary">
          {deny ? tools('calls.own') : t('approvals.notYours')}
        </Text>
      )}
    </span>
  );
}
