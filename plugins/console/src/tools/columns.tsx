import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Column, RelativeTime } from '@stoa/plugin-stoa-react';
import { consoleTranslationRef } from '../i18n/ref';
import { consoleToolTranslationRef } from '../i18n/tools/ref';
import { ToolSetState } from './ToolSetState';
import { ToolSet } from './types';

export function useColumns(): Column<ToolSet>[] {
  const { t } = useTranslationRef(consoleToolTranslationRef);
  const { t: common } = useTranslationRef(consoleTranslationRef);
  return [
    {
      id: 'name',
      label: common('apis.name'),
      cell: row => row.display_name,
      sortBy: row => row.display_name,
      isRowHeader: true,
      width: '2fr',
    },
    {
      id: 'id',
      label: common('apis.id'),
      cell: row => <code>{row.toolset_id}</code>,
      sortBy: row => row.toolset_id,
      width: '2fr',
    },
    {
      id: 'api',
      label: t('list.api'),
      cell: row => `${row.api_name ?? row.api_id} ${row.version ?? ''}`,
      sortBy: row => row.api_name ?? row.api_id,
      width: '2fr',
    },
    {
      id: 'tools',
      label: t('list.tools'),
      cell: row => row.tool_count,
      sortBy: row => row.tool_count,
      width: 80,
    },
    {
      id: 'state',
      label: common('apis.state'),
      cell: row => <ToolSetState toolSet={row} />,
      sortBy: row => row.status,
      width: '2fr',
    },
    {
      id: 'visibility',
      label: common('apis.visibility'),
      cell: row => common(`apis.${row.visibility}`),
      sortBy: row => row.visibility,
      width: 130,
    },
    {
      id: 'changed',
      label: t('list.changed'),
      cell: row => <RelativeTime at={row.updated_at} />,
      sortBy: row => row.updated_at,
      width: 140,
    },
  ];
}
