import { DateTime } from 'luxon';
import { toCsv } from './csv';
import { fold, UsageItem, UsageReport } from './fold';
import { windowOf } from './range';

function item(at: string, changes: Partial<UsageItem> = {}): UsageItem {
  return {
    at,
    tenant_id: 'acme-corp',
    api_id: 'crm-api',
    application_id: null,
    application_name: null,
    calls: 10,
    errors: 1,
    rate_limited: 2,
    average_latency_ms: 20,
    ...changes,
  };
}

function report(items: UsageItem[]): UsageReport {
  return {
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-03T12:00:00.000Z',
    bucket: 'day',
    totals: { calls: 0, errors: 0, rate_limited: 0, average_latency_ms: 0 },
    items,
  };
}

describe('usage', () => {
  it('folds items into one point a bucket, quiet days included', () => {
    const points = fold(
      report([
        item('2026-11-01T00:00:00Z'),
        item('2026-11-01T00:00:00Z', { calls: 30, average_latency_ms: 40 }),
        item('2026-11-03T00:00:00Z'),
      ]),
    );
    expect(points.map(({ calls }) => calls)).toEqual([40, 0, 10]);
    expect(points[0]).toMatchObject({ errors: 2, rateLimited: 4, latency: 35 });
  });

  it('asks for whole buckets', () => {
    const now = DateTime.fromISO('2026-11-10T15:30:00Z', { zone: 'utc' });
    expect(windowOf('24h', now)).toMatchObject({
      from: '2026-11-09T15:00:00.000Z',
      bucket: 'hour',
    });
    expect(windowOf('7d', now)).toMatchObject({
      from: '2026-11-04T00:00:00.000Z',
      bucket: 'day',
    });
  });

  it('writes CSV that a spreadsheet neither splits nor runs', () => {
    const csv = toCsv(
      report([
        item('2026-11-01T00:00:00Z', { application_name: '=1+1, "x"' }),
        item('2026-11-01T00:00:00Z', { server: 'crm-tools', tool: 'find' }),
      ]),
    );
    expect(csv.split('\r\n').slice(1, 3)).toEqual([
      `2026-11-01T00:00:00Z,acme-corp,crm-api,,,"'=1+1, ""x""",10,1,2,20`,
      `2026-11-01T00:00:00Z,acme-corp,crm-api,crm-tools,find,,10,1,2,20`,
    ]);
  });
});
