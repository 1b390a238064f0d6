import { UsageReport } from './fold';

const COLUMNS = [
  'at',
  'tenant_id',
  'api_id',
  'server',
  'tool',
  'application_name',
  'calls',
  'errors',
  'rate_limited',
  'average_latency_ms',
] as const;

/** The items of a report as RFC 4180. A cell that a spreadsheet would run as a formula is made text. */
export function toCsv(report: UsageReport): string {
  const lines = report.items.map(item =>
    COLUMNS.map(column => quote(item[column])).join(','),
  );
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

function quote(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
