import { useMemo } from 'react';
import { DateTime } from 'luxon';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { stoaTranslationRef } from '../i18n/ref';
import { useLocale } from '../i18n/useLocale';
import { DataTable } from '../table/DataTable';
import { Column } from '../table/types';
import { UsageItem, UsageReport } from './fold';

type Row = UsageItem & { readonly id: string };

/** One line per bucket, API and application; calls of tools beside those of the API they are made from. */
export function UsageTable(props: { readonly report: UsageReport }) {
  const { t } = useTranslationRef(stoaTranslationRef);
  const locale = useLocale();
  const { report } = props;
  const rows = useMemo<Row[]>(
    () =>
      report.items.map((item, index) => ({
        ...item,
        id: `${item.at}/${item.tenant_id}/${item.api_id}/${
          item.application_id ?? ''
        }/${index}`,
      })),
    [report],
  );
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const when = (at: string) =>
    DateTime.fromISO(at)
      .setLocale(locale)
      .toLocaleString(
        report.bucket === 'day' ? DateTime.DATE_MED : DateTime.DATETIME_SHORT,
      );
  const columns: Column<Row>[] = [
    {
      id: 'at',
      label: t(`usage.${report.bucket}`),
      cell: row => when(row.at),
      sortBy: row => row.at,
      isRowHeader: true,
      width: 120,
    },
    {
      id: 'api',
      label: t('usage.api'),
      cell: row => `${row.tenant_id}/${row.api_id}`,
      sortBy: row => `${row.tenant_id}/${row.api_id}`,
      width: '2fr',
    },
    {
      id: 'tool',
      label: t('usage.tool'),
      cell: row => toolOf(row) || '–',
      sortBy: toolOf,
      width: '2fr',
    },
    {
      id: 'application',
      label: t('usage.application'),
      cell: row => row.application_name ?? '–',
      sortBy: row => row.application_name ?? '',
      width: 120,
    },
    {
      id: 'calls',
      label: t('usage.calls'),
      cell: row => number.format(row.calls),
      sortBy: row => row.calls,
      width: 75,
    },
    {
      id: 'errors',
      label: t('usage.errors'),
      cell: row => number.format(row.errors),
      sortBy: row => row.errors,
      width: 80,
    },
    {
      id: 'limited',
      label: t('usage.rateLimited'),
      cell: row => number.format(row.rate_limited),
      sortBy: row => row.rate_limited,
      width: 95,
    },
    {
      id: 'latency',
      label: t('usage.latency'),
      cell: row =>
        t('usage.ms', { value: number.format(row.average_latency_ms) }),
      sortBy: row => row.average_latency_ms,
      width: 95,
    },
  ];
  return (
    <DataTable
      label={t('usage.calls')}
      columns={columns}
      rows={rows}
      empty={null}
      textOf={row =>
        `${row.tenant_id} ${row.api_id} ${toolOf(row)} ${
          row.application_name ?? ''
        }`
      }
    />
  );
}

function toolOf({ server, tool }: UsageItem): string {
  return server && tool ? `${server}/${tool}` : '';
}
