import { operations, Schema } from '@stoa/plugin-stoa-common';
import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { batchesOf } from '../database/batches';
import { systemActor, UnitOfWork } from '../database/UnitOfWork';
import { isPostgres } from '../database/values';
import { Digest, mergeInto, percentile } from './digest';
import { publishCalls } from './publishCalls';
import { BUCKETS } from './rollup';
import { RollupStore } from './RollupStore';

export type MeteringEvent =
  operations['reportGatewayEvents']['requestBody']['content']['application/json']['metering'][number];

export type UsageItem = Schema<'UsageReport'>['items'][number];
export type UsageGroup = NonNullable<Schema<'UsageReport'>['group_by']>;
export type UsageScope =
  | { readonly tenantId: string }
  | { readonly subject: string };

export interface UsageWindow {
  /** Both on the hour: calls are added up by hours. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly bucket: 'hour' | 'day';
  /** One item for each; without it, for each bucket, API, tool and application. */
  readonly groupBy?: UsageGroup;
}

/** What was called, by whom, with what outcome. */
export class UsageStore {
  readonly rollups: RollupStore;

  readonly knex: Knex;

  constructor(
    readonly deps: {
      readonly unitOfWork: UnitOfWork;
      /** Tells other programs too. */
      readonly publishes?: boolean;
    },
  ) {
    this.knex = deps.unitOfWork.knex;
    this.rollups = new RollupStore(this.knex);
  }

  /** Keeps events and adds them up; one that came before (same `event_id`) is not counted again. */
  async record(
    events: readonly MeteringEvent[],
    correlationId: string = randomUUID(),
  ): Promise<void> {
    const rows = events.map(toRow);
    const { unitOfWork, publishes } = this.deps;
    await unitOfWork.run(systemActor('metering', correlationId), async tx => {
      const fresh = new Set<string>();
      for (const batch of batchesOf(tx.db, rows)) {
        const kept = await tx
          .db('metering_events')
          .insert(batch)
          .onConflict('event_id')
          .ignore()
          .returning('event_id');
        for (const { event_id: id } of kept) fresh.add(id);
      }
      // Once, also where one report names it twice.
      const isNew = rows.map(row => fresh.delete(row.event_id));
      await this.rollups.add(
        tx.db,
        rows.filter((_, n) => isNew[n]),
      );
      if (publishes)
        await publishCalls(
          tx,
          events.filter((_, n) => isNew[n]),
        );
    });
  }

  /** Calls by what is asked for, in the order of time. */
  async report(
    scope: UsageScope,
    window: UsageWindow,
  ): Promise<Schema<'UsageReport'>> {
    const rows = await this.#rows(scope, window);
    return {
      from: window.from.toISOString(),
      to: window.to.toISOString(),
      bucket: window.bucket,
      ...(window.groupBy && { group_by: window.groupBy }),
      totals: numbersOf(rows),
      items: rows.map(row => toItem(row, window)),
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

  async #rows(scope: UsageScope, window: UsageWindow): Promise<any[]> {
    const { groupBy } = window;
    const of = (...kinds: UsageGroup[]) =>
      groupBy === undefined || kinds.includes(groupBy);
    const columns = [
      ...(of('day') ? ['at_bucket'] : []),
      'u.tenant_id',
      ...(of('api', 'tool') ? ['u.api_id'] : []),
      ...(of('tool') ? ['u.server', 'u.tool'] : []),
      ...(of('application') ? ['u.application_id', 'a.name'] : []),
      ...(groupBy === 'status' ? ['u.status'] : []),
      ...(groupBy === 'plan' ? ['u.plan', 'p.price_micros', 'p.currency'] : []),
    ];
    const query = this.knex('usage_rollups as u')
      .where(hours => within(hours, window))
      .groupBy(columns)
      .orderBy(columns)
      .select(
        columns.map(column =>
          column === 'at_bucket'
            ? this.knex.raw('substr(u.bucket, 1, ?) as at_bucket', [
                BUCKETS[window.bucket],
              ])
            : column.replace('a.name', 'a.name as application_name'),
        ),
      )
      .select(
        counted(this.knex, `true`, 'calls'),
        counted(this.knex, `u.status in ('error', 'timeout')`, 'errors'),
        counted(this.knex, `u.status = 'rate_limited'`, 'rate_limited'),
        counted(this.knex, `u.status = 'success'`, 'billable'),
        this.knex.raw('sum(u.latency_micros) as latency_micros'),
        this.knex.raw('max(u.latency_max) as latency_max'),
        this.knex.raw('sum(u.request_bytes) as request_bytes'),
        this.knex.raw('sum(u.response_bytes) as response_bytes'),
        this.knex.raw(
          isPostgres(this.knex)
            ? `string_agg(u.latencies, ',') as latencies`
            : `group_concat(u.latencies, ',') as latencies`,
        ),
      );
    if (of('application')) {
      query.leftJoin(
        this.knex('applications')
          .select(this.knex.raw('CAST(id AS VARCHAR(36)) as id'), 'name')
          .as('a'),
        'a.id',
        'u.application_id',
      );
    }
    if (groupBy === 'plan') {
      query.leftJoin('plans as p', join =>
        join.on('p.tenant_id', 'u.tenant_id').andOn('p.id', 'u.plan'),
      );
    }
    if (groupBy === 'tool') query.whereNotNull('u.tool');
    if ('tenantId' in scope) query.where('u.tenant_id', scope.tenantId);
    else query.where('u.subject', scope.subject);
    return query;
  }
}

function toRow(event: MeteringEvent) {
  const at = new Date(event.timestamp).toISOString();
  return {
    event_id: event.event_id,
    tenant_id: event.tenant_id,
    at,
    bucket: at.slice(0, BUCKETS.hour),
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
  };
}

/** Whole days by the day, what is left of the first and the last by the hour. */
function within(query: Knex.QueryBuilder, window: UsageWindow): void {
  const hour = (date: Date) => date.toISOString().slice(0, BUCKETS.hour);
  const day = (date: Date) => date.toISOString().slice(0, BUCKETS.day);
  const [from, to] = [hour(window.from), hour(window.to)];
  const first = day(new Date(window.from.getTime() + 86_399_999));
  const last = day(window.to);
  const byHour = (least: string, below: string) => (hours: Knex.QueryBuilder) =>
    hours
      .where('u.granularity', 'hour')
      .where('u.bucket', '>=', least)
      .where('u.bucket', '<', below);
  if (window.bucket === 'hour' || first >= last) {
    query.where(byHour(from, to));
    return;
  }
  query
    .where(days =>
      days
        .where('u.granularity', 'day')
        .where('u.bucket', '>=', first)
        .where('u.bucket', '<', last),
    )
    .orWhere(byHour(from, first))
    .orWhere(byHour(last, to));
}

function counted(knex: Knex, condition: string, name: string): Knex.Raw {
  return knex.raw(`sum(case when ${condition} then u.calls else 0 end) as ??`, [
    name,
  ]);
}

function toItem(row: any, window: UsageWindow): UsageItem {
  return {
    at: row.at_bucket ? startOf(row.at_bucket) : window.from.toISOString(),
    tenant_id: row.tenant_id,
    api_id: row.api_id ?? '',
    application_id: row.application_id,
    application_name: row.application_name,
    server: row.server,
    tool: row.tool,
    ...(window.groupBy === 'status' && { status: row.status }),
    ...(window.groupBy === 'plan' && { plan: row.plan, ...costOf(row) }),
    ...numbersOf([row]),
  };
}

/** What answered calls cost by the price that the plan has now. */
function costOf(row: any): Pick<UsageItem, 'cost' | 'currency'> {
  if (row.price_micros === null) return {};
  const micros = (Number(row.billable) * Number(row.price_micros)) / 1000;
  return { cost: Math.round(micros) / 1e6, currency: row.currency };
}

/** The buckets' names are the beginnings of their times. */
function startOf(bucket: string): string {
  return bucket.length === BUCKETS.hour
    ? `${bucket}:00:00.000Z`
    : `${bucket}T00:00:00.000Z`;
}

function numbersOf(rows: readonly any[]): Schema<'UsageReport'>['totals'] {
  const sum = (name: string) =>
    rows.reduce((total, row) => total + Number(row[name]), 0);
  const digest: Digest = new Map();
  for (const { latencies } of rows) mergeInto(digest, latencies);
  const slowest = Math.max(0, ...rows.map(row => Number(row.latency_max)));
  const at = (part: number) => round(percentile(digest, part, slowest));
  const calls = sum('calls');
  return {
    calls,
    errors: sum('errors'),
    rate_limited: sum('rate_limited'),
    average_latency_ms:
      calls === 0 ? 0 : round(sum('latency_micros') / 1000 / calls),
    latency_p50_ms: at(0.5),
    latency_p95_ms: at(0.95),
    latency_p99_ms: at(0.99),
    request_bytes: sum('request_bytes'),
    response_bytes: sum('response_bytes'),
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
