import { ReactNode } from 'react';
import { RiToolsLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  DataTable,
  EmptyState,
  LIVE,
  unwrap,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { useTenant } from '../frame/TenantContext';
import { consoleToolTranslationRef } from '../i18n/tools/ref';
import { paths } from '../paths';
import { useColumns } from './columns';

const PAGE_SIZE = 50;

/** ToolSets that a search finds, or those made of one API. */
export function ToolSetsTable(props: {
  readonly q?: string;
  readonly apiId?: string;
  /** What to do while there are none; nothing for those who may not. */
  readonly create?: ReactNode;
}) {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const { q, apiId, create } = props;
  const list = usePages(
    `toolsets/${JSON.stringify([tenant.id, q, apiId])}`,
    (cursor, signal) =>
      unwrap(
        client.GET('/v1/tenants/{tenant_id}/toolsets', {
          params: {
            path: { tenant_id: tenant.id },
            query: {
              limit: PAGE_SIZE,
              cursor,
              q: q || undefined,
              api_id: apiId,
            },
          },
          signal,
        }),
      ),
  );
  useLive(LIVE.tools, list.reload);
  return (
    <DataTable
      label={t('list.title')}
      columns={useColumns()}
      rows={list.data}
      loading={list.loading}
      error={list.error}
      onRetry={list.reload}
      hasMore={list.hasMore}
      onMore={list.more}
      hrefOf={row => paths.toolSet(tenant.id, row.toolset_id)}
      empty={
        q ? (
          <EmptyState title={t('list.none')} />
        ) : (
          <EmptyState
            icon={<RiToolsLine size={32} />}
            title={t('list.empty')}
            action={create}
          >
            {create ? t('list.emptyHint') : t('list.emptyReadOnly')}
          </EmptyState>
        )
      }
    />
  );
}
