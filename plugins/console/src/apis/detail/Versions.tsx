import { Skeleton, Text } from '@backstage/ui';
import { Schema } from '@stoa/plugin-stoa-common';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Column,
  CopyableId,
  DataTable,
  ErrorPanel,
  RelativeTime,
  Section,
  unwrap,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../../i18n/ref';
import { Api } from '../types';

type Version = Schema<'ApiVersion'> & { readonly id: string };
type Commit = Schema<'Commit'> & { readonly id: string };
const COMMITS = 50;

/** The versions that exist, and the Git log behind them. */
export function Versions({ api }: { readonly api: Api }) {
  const { t } = useTranslationRef(consoleTranslationRef);
  const client = useStoaClient();
  const path = { tenant_id: api.tenant_id, api_id: api.api_id };
  const { data, error, reload } = useLoad(
    `versions/${api.id}/${api.updated_at}`,
    async signal => {
      const [versions, history] = await Promise.all([
        unwrap(
          client.GET('/v1/tenants/{tenant_id}/apis/{api_id}/versions', {
            params: { path },
            signal,
          }),
        ),
        unwrap(
          client.GET('/v1/tenants/{tenant_id}/apis/{api_id}/history', {
            params: { path, query: { limit: COMMITS } },
            signal,
          }),
        ),
      ]);
      return {
        versions: versions.items.map(item => ({ ...item, id: item.version })),
        commits: history.items.map(item => ({ ...item, id: item.commit })),
      };
    },
    { keep: true },
  );
  if (error && !data) return <ErrorPanel error={error} onRetry={reload} />;
  if (!data) return <Skeleton width="100%" height={240} />;
  const none = <Text color="secondary">{t('versions.none')}</Text>;
  const versionColumns: Column<Version>[] = [
    {
      id: 'version',
      label: t('versions.version'),
      cell: row => row.version,
      isRowHeader: true,
    },
    {
      id: 'commit',
      label: t('versions.commit'),
      cell: row => <CopyableId id={row.commit} />,
    },
    {
      id: 'frozen',
      label: t('versions.frozen'),
      cell: row =>
        row.frozen ? t('versions.frozenYes') : t('versions.frozenNo'),
    },
    {
      id: 'deployed',
      label: t('versions.deployed'),
      cell: row => row.deployed_to.join(', ') || t('apis.nowhere'),
    },
    {
      id: 'since',
      label: t('versions.since'),
      cell: row => <RelativeTime at={row.created_at} />,
      sortBy: row => row.created_at,
    },
  ];
  const commitColumns: Column<Commit>[] = [
    {
      id: 'message',
      label: t('versions.message'),
      cell: row => row.message.split('\n')[0],
      isRowHeader: true,
      width: '3fr',
    },
    {
      id: 'author',
      label: t('versions.author'),
      cell: row => row.author,
    },
    {
      id: 'commit',
      label: t('versions.commit'),
      cell: row => <CopyableId id={row.commit} />,
    },
    {
      id: 'since',
      label: t('versions.since'),
      cell: row => <RelativeTime at={row.date} />,
    },
  ];
  return (
    <>
      <Section title={t('versions.title')}>
        <DataTable
          label={t('versions.title')}
          columns={versionColumns}
          rows={data.versions}
          empty={none}
        />
      </Section>
      <Section title={t('versions.history')}>
        <DataTable
          label={t('versions.history')}
          columns={commitColumns}
          rows={data.commits}
          empty={none}
        />
      </Section>
    </>
  );
}
