import { Select } from '@backstage/ui';
import { RiShieldCheckLine } from '@remixicon/react';
import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Column,
  CopyableId,
  DataTable,
  EmptyState,
  Page,
  RelativeTime,
  StateBadge,
  unwrap,
  useActorName,
  usePages,
  useStoaClient,
  useUrlState,
  useWords,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';

type Entry = Schema<'AuditEntry'> & { readonly id: string };
const PAGE_SIZE = 50;
const OUTCOMES = ['success', 'denied', 'failed'] as const;

/** Who did what, as the chain keeps it. */
export function AuditPage() {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const words = useWords();
  const [chosen, setChosen] = useUrlState('outcome');
  const outcome = OUTCOMES.find(name => name === chosen);
  const list = usePages(
    `audit/${tenant.id}/${outcome ?? ''}`,
    async (cursor, signal) => {
      const page = await unwrap(
        client.GET('/v1/tenants/{tenant_id}/audit', {
          params: {
            path: { tenant_id: tenant.id },
            query: { limit: PAGE_SIZE, cursor, outcome },
          },
          signal,
        }),
      );
      const items: Entry[] = page.items.map(item => ({
        ...item,
        id: String(item.seq),
      }));
      return { ...page, items };
    },
  );
  return (
    <Page
      title={t('audit.title')}
      description={t('audit.description', { tenant: tenant.name })}
    >
      <div style={{ maxWidth: '14rem' }}>
        <Select
          aria-label={t('audit.outcome')}
          size="small"
          options={[
            { id: 'any', label: t('audit.any') },
            ...OUTCOMES.map(id => ({ id, label: t(`audit.${id}`) })),
          ]}
          selectedKey={outcome ?? 'any'}
          onSelectionChange={key =>
            setChosen(key === 'any' || key === null ? '' : String(key))
          }
        />
      </div>
      <DataTable
        label={t('audit.title')}
        columns={useColumns()}
        rows={list.data}
        loading={list.loading}
        error={list.error}
        onRetry={list.reload}
        hasMore={list.hasMore}
        onMore={list.more}
        textOf={row =>
          `${row.actor} ${row.action} ${words.action(row.action)} ${
            row.resource
          }`
        }
        empty={
          outcome ? (
            <EmptyState title={t('audit.none')} />
          ) : (
            <EmptyState
              icon={<RiShieldCheckLine size={32} />}
              title={t('audit.empty')}
            >
              {t('audit.emptyHint')}
            </EmptyState>
          )
        }
      />
    </Page>
  );
}

function useColumns(): Column<Entry>[] {
  const { t } = useTranslationRef(consoleTranslationRef);
  const words = useWords();
  const actorName = useActorName();
  return [
    {
      id: 'at',
      label: t('audit.at'),
      cell: row => <RelativeTime at={row.at} />,
      sortBy: row => row.seq,
      width: 160,
    },
    {
      id: 'actor',
      label: t('audit.actor'),
      cell: row => actorName(row.actor),
      sortBy: row => actorName(row.actor),
      isRowHeader: true,
    },
    {
      id: 'action',
      label: t('audit.action'),
      cell: row => <span title={row.action}>{words.action(row.action)}</span>,
      sortBy: row => words.action(row.action),
      width: '2fr',
    },
    {
      id: 'resource',
      label: t('audit.resource'),
      cell: row => <CopyableId id={row.resource} />,
      sortBy: row => row.resource,
      width: '2fr',
    },
    {
      id: 'outcome',
      label: t('audit.outcome'),
      cell: row => (
        <span
          title={
            row.count && row.count > 1
              ? t('audit.times', { n: String(row.count) })
              : undefined
          }
        >
          <StateBadge
            status={row.outcome}
            label={
              t(`audit.${row.outcome}`) +
              (row.count && row.count > 1 ? ` × ${row.count}` : '')
            }
          />
        </span>
      ),
      sortBy: row => row.outcome,
    },
    {
      id: 'correlation',
      label: t('audit.correlation'),
      cell: row => <CopyableId id={row.correlation_id} />,
    },
  ];
}
