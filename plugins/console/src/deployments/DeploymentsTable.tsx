import { RiRocketLine } from '@remixicon/react';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Column,
  DataTable,
  EmptyState,
  LIVE,
  RelativeTime,
  unwrap,
  useActorName,
  useLive,
  usePages,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { Deployment } from '../apis/types';
import { useTenant } from '../frame/TenantContext';
import { consoleTranslationRef } from '../i18n/ref';
import { paths } from '../paths';
import { DeploymentState } from './DeploymentState';
import { Took } from './Took';
import { isMoving, MOVING_MS } from './moving';

const PAGE_SIZE = 50;

/** Deployments of the tenant, or of one of its APIs; the newest first. */
export function DeploymentsTable(props: { readonly apiId?: string }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const tenant = useTenant();
  const client = useStoaClient();
  const { apiId } = props;
  const list = usePages(
    `deployments/${tenant.id}/${apiId ?? ''}`,
    (cursor, signal) =>
      unwrap(
        client.GET('/v1/deployments/history', {
          params: {
            query: {
              tenant_id: tenant.id,
              api_id: apiId,
              limit: PAGE_SIZE,
              cursor,
            },
          },
          signal,
        }),
      ),
  );
  const moving = list.data?.some(isMoving);
  useLive(
    LIVE.deployments,
    list.reload,
    moving ? { everyMs: MOVING_MS } : undefined,
  );
  return (
    <DataTable
      label={t('deployments.title')}
      columns={useColumns()}
      rows={list.data}
      loading={list.loading}
      error={list.error}
      onRetry={list.reload}
      hasMore={list.hasMore}
      onMore={list.more}
      hrefOf={row => paths.deployment(tenant.id, row.id)}
      textOf={row => `${row.api_id} ${row.version} ${row.environment}`}
      empty={
        <EmptyState
          icon={<RiRocketLine size={32} />}
          title={t('deployments.empty')}
        >
          {t('deployments.emptyHint')}
        </EmptyState>
      }
    />
  );
}

function useColumns(): Column<Deployment>[] {
  const { t } = useTranslationRef(consoleTranslationRef);
  const actorName = useActorName();
  return [
    {
      id: 'api',
      label: t('deployments.api'),
      cell: row => row.api_id,
      sortBy: row => row.api_id,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'version',
      label: t('deployments.version'),
      cell: row => row.version,
    },
    {
      id: 'environment',
      label: t('deployments.environment'),
      cell: row => row.environment,
      sortBy: row => row.environment,
      width: 140,
    },
    {
      id: 'state',
      label: t('deployments.state'),
      cell: row => <DeploymentState deployment={row} />,
      sortBy: row => row.status,
      width: 190,
    },
    {
      id: 'by',
      label: t('deployments.by'),
      cell: row => actorName(row.requested_by),
      sortBy: row => actorName(row.requested_by),
      width: '2fr',
    },
    {
      id: 'started',
      label: t('deployments.started'),
      cell: row => <RelativeTime at={row.created_at} />,
      sortBy: row => row.created_at,
      width: 150,
    },
    {
      id: 'took',
      label: t('deployments.took'),
      cell: row => <Took from={row.created_at} to={row.completed_at} />,
    },
  ];
}
