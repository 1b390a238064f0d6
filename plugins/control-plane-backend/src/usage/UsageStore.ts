import { Schema, operations } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import {
  addLatencies,
  Latencies,
  latenciesOf,
  latencyColumns,
  percentile,
} from './latency';

type MeteringEvent =
  operations['reportGatewayEvents']['requestBody']['content']['application/json']['metering'][number];

export type UsageItem = Schema<'UsageReport'>['items'][number];
export type UsageGroup = 'api' | 'tool' | 'application' | 'day';
export type UsageScope =
  | { readonly tenantId: string }
  | { readonly subject: string };

export interface UsageWindow {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly bucket: 'hour' | 'day';
  /** One item for each; without it, for each bucket, API, tool and application. */
  readonly groupBy?: UsageGroup;
}

/** SQLite takes few bound values at once. */
const BATCH = 30;

/** What was called, by whom, with what outcome. */
export class UsageStore {
  constructor(readonly knex: Knex) {}

  /** Keeps events; one that came before (same `event_id`) is not counted again. */
  async record(events: readonly MeteringEvent[]): Promise<void> {
    const rows = events.map(event => ({
      event_id: event.event_id,
      tenant_id: event.tenant_id,
      at: new Date(event.timestamp).toISOString(),
      bucket: new Date(event.timestamp).toISOString().slice(0, 13),
      kind: event.kind,
      environment: event.environment ?? null,
      application_id: event.application_id ?? null,
      subscription_id: event.subscription_id ?? null,
      subject: event.subject ?? null,
      api_id: event.api ?? null,
      version: event.version ?? null,
      server: event.server ?? null,
      tool: event.tool ?? null,
      status: event.status,
      http_status: event.http_status ?? null,
      latency_ms: event.latency_ms,
      backend_ms: event.backend_ms ?? null,
      request_bytes: event.request_bytes ?? null,
      response_bytes: event.response_bytes ?? null,
      request_id: event.request_id ?? null,
    }));
    await this.knex.transaction(async trx => {
      for (let i = 0; i < rows.length; i += BATCH) {
        await trx('metering_events')
          .insert(rows.slice(i, i + BATCH))
          .onConflict('event_id')
          .ignore();
      }
    });
  }

  /** Calls by what is asked for, in the order of time. */
  async report(
    scope: UsageScope,
    window: UsageWindow,
  ): Promise<Schema<'UsageReport'>> {
    const rows = await this.#rows(scope, window);
    const items = rows.map(row => toItem(row, window));
    return {
      from: window.from.toISOString(),
      to: window.to.toISOString(),
      bucket: window.bucket,
      ...(window.groupBy && { group_by: window.groupBy }),
      totals: totalsOf(items, rows.map(latenciesOf)),
      items,
    };
  }

  /** The items of a report over the window, a day of them in memory at a time. */
  async *batches(
    scope: UsageScope,
    window: UsageWindow,
  ): AsyncGenerator<UsageItem[]> {
    let from = window.from;
    while (from < window.to) {
      const midnight = new Date(from);
      midnight.setUTCHours(24, 0, 0, 0);
      const to = midnight < window.to ? midnight : window.to;
      const rows = await this.#rows(scope, { ...window, from, to });
      if (rows.length > 0) yield rows.map(row => toItem(row, window));
      from = to;
    }
  }

  async #rows(scope: UsageScope, window: UsageWindow) {
    const { groupBy } = window;
    const of = (...kinds: UsageGroup[]) =>
      groupBy === undefined || kinds.includes(groupBy);
    const columns = [
      ...(of('day') ? ['at_bucket'] : []),
      'm.tenant_id',
      ...(of('api', 'tool') ? ['m.api_id'] : []),
      ...(of('tool') ? ['m.server', 'm.tool'] : []),
      ...(of('application') ? ['m.application_id', 'a.name'] : []),
    ];
    const query = this.knex('metering_events as m')
      .where('m.bucket', '>=', window.from.toISOString().slice(0, 13))
      .where('m.at', '>=', window.from.toISOString())
      .where('m.at', '<', window.to.toISOString())
      .groupBy(columns)
      .orderBy(columns)
      .select(
        columns.map(column =>
          column === 'at_bucket'
            ? this.knex.raw('substr(m.bucket, 1, ?) as at_bucket', [
                window.bucket === 'hour' ? 13 : 10,
              ])
            : column.replace('a.name', 'a.name as application_name'),
        ),
      )
      .select(
        this.knex.raw('count(*) as calls'),
        this.knex.raw(
          `sum(case when m.status in ('error', 'timeout') then 1 else 0 end) as errors`,
        ),
        this.knex.raw(
          `sum(case when m.status = 'rate_limited' then 1 else 0 end) as rate_limited`,
        ),
        this.knex.raw('avg(m.latency_ms) as average_latency_ms'),
        ...latencyColumns(this.knex),
      );
    if (of('application')) {
      query.leftJoin(
        this.knex('applications')
          .select(this.knex.raw('CAST(id AS VARCHAR(36)) as id'), 'name')
          .as('a'),
        'a.id',
        'm.application_id',
      );
    }
    if (groupBy === 'tool') query.whereNotNull('m.tool');
    if ('tenantId' in scope) query.where('m.tenant_id', scope.tenantId);
    else query.where('m.subject', scope.subject);
    return query;
  }
}

function toItem(row: any, window: UsageWindow): UsageItem {
  const latencies = latenciesOf(row);
  return {
    at: row.at_bucket ? startOf(row.at_bucket) : window.from.toISOString(),
    tenant_id: row.tenant_id,
    api_id: row.api_id ?? '',
    application_id: row.application_id,
    application_name: row.application_name,
    server: row.server,
    tool: row.tool,
    calls: latencies.calls,
    errors: Number(row.errors),
    rate_limited: Number(row.rate_limited),
    average_latency_ms: round(Number(row.average_latency_ms)),
    ...percentilesOf(latencies),
  };
}

/** The buckets' names are the beginnings of their times. */
function startOf(bucket: string): string {
  return bucket.length === 13
    ? `${bucket}:00:00.000Z`
    : `${bucket}T00:00:00.000Z`;
}

function percentilesOf(latencies: Latencies) {
  return {
    latency_p50_ms: percentile(latencies, 0.5),
    latency_p95_ms: percentile(latencies, 0.95),
    latency_p99_ms: percentile(latencies, 0.99),
  };
}

function totalsOf(
  items: readonly UsageItem[],
  latencies: readonly Latencies[],
): Schema<'UsageReport'>['totals'] {
  const sum = (of: (item: UsageItem) => number) =>
    items.reduce((total, item) => total + of(item), 0);
  const calls = sum(i => i.calls);
  return {
    calls,
    errors: sum(i => i.errors),
    rate_limited: sum(i => i.rate_limited),
    average_latency_ms:
      calls === 0 ? 0 : round(sum(i => i.average_latency_ms * i.calls) / calls),
    ...percentilesOf(addLatencies(latencies)),
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
