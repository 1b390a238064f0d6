import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Column, RelativeTime, StateBadge } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../i18n/ref';
import { Api } from './types';

export function useColumns(): Column<Api>[] {
  const { t } = useTranslationRef(consoleTranslationRef);
  const places = (api: Api) =>
    [...new Set(api.deployed.map(place => place.environment))].join(', ');
  return [
    {
      id: 'name',
      label: t('apis.name'),
      cell: api => api.display_name,
      sortBy: api => api.display_name,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'id',
      label: t('apis.id'),
      cell: api => <code>{api.api_id}</code>,
      sortBy: api => api.api_id,
    },
    {
      id: 'version',
      label: t('apis.version'),
      cell: api => api.version,
    },
    {
      id: 'state',
      label: t('apis.state'),
      cell: api => <StateBadge status={api.status} />,
      sortBy: api => api.status,
    },
    {
      id: 'visibility',
      label: t('apis.visibility'),
      cell: api => t(`apis.${api.visibility}`),
      sortBy: api => api.visibility,
    },
    {
      id: 'deployed',
      label: t('apis.deployed'),
      cell: api => places(api) || t('apis.nowhere'),
      sortBy: places,
    },
    {
      id: 'changed',
      label: t('apis.changed'),
      cell: api => <RelativeTime at={api.updated_at} />,
      sortBy: api => api.updated_at,
    },
  ];
}
