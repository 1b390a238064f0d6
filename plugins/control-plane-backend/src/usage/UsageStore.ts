import { Schema, operations } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';

type MeteringEvent =
  operations['reportGatewayEvents']['requestBody']['content']['application/json']['metering'][number];

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

  /** Calls per bucket, API, tool and application, for a tenant or for one person. */
  async report(
    scope: { tenantId: string } | { subject: string },
    window: { from: Date; to: Date; bucket: 'hour' | 'day' },
  ): Promise<Schema<'UsageReport'>> {
    const width = window.bucket === 'hour' ? 13 : 10;
    const at = this.knex.raw('substr(m.bucket, 1, ?) as at_bucket', [width]);
    const sums = [
      this.knex.raw('count(*) as calls'),
      this.knex.raw(
        `sum(case when m.status in ('error', 'timeout') then 1 else 0 end) as errors`,
      ),
      this.knex.raw(
        `sum(case when m.status = 'rate_limited' then 1 else 0 end) as rate_limited`,
      ),
      this.knex.raw('avg(m.latency_ms) as average_latency_ms'),
    ];
    const query = this.knex('metering_events as m')
      .leftJoin(
        this.knex('applications')
          .select(this.knex.raw('CAST(id AS VARCHAR(36)) as id'), 'name')
          .as('a'),
        'a.id',
        'm.application_id',
      )
      .where('m.at', '>=', window.from.toISOString())
      .where('m.at', '<', window.to.toISOString())
      .groupBy(
        'at_bucket',
        'm.tenant_id',
        'm.api_id',
        'm.server',
        'm.tool',
        'm.application_id',
        'a.name',
      )
      .orderBy(['at_bucket', 'm.tenant_id', 'm.api_id', 'm.server', 'm.tool'])
      .select(
        at,
        'm.tenant_id',
        'm.api_id',
        'm.server',
        'm.tool',
        'm.application_id',
        'a.name as application_name',
        ...sums,
      );
    if ('tenantId' in scope) query.where('m.tenant_id', scope.tenantId);
    else query.where('m.subject', scope.subject);
    const items = (await query).map(row => ({
      at:
        window.bucket === 'hour'
          ? `${row.at_bucket}:00:00.000Z`
          : `${row.at_bucket}T00:00:00.000Z`,
      tenant_id: row.tenant_id,
      api_id: row.api_id ?? '',
      application_id: row.application_id,
      application_name: row.application_name,
      server: row.server,
      tool: row.tool,
      calls: Number(row.calls),
      errors: Number(row.errors),
      rate_limited: Number(row.rate_limited),
      average_latency_ms: round(Number(row.average_latency_ms)),
    }));
    return {
      from: window.from.toISOString(),
      to: window.to.toISOString(),
      bucket: window.bucket,
      totals: totalsOf(items),
      items,
    };
  }
}

function totalsOf(
  items: Schema<'UsageReport'>['items'],
): Schema<'UsageReport'>['totals'] {
  const sum = (of: (item: Schema<'UsageReport'>['items'][number]) => number) =>
    items.reduce((total, item) => total + of(item), 0);
  const calls = sum(i => i.calls);
  return {
    calls,
    errors: sum(i => i.errors),
    rate_limited: sum(i => i.rate_limited),
    average_latency_ms:
      calls === 0 ? 0 : round(sum(i => i.average_latency_ms * i.calls) / calls),
  };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
