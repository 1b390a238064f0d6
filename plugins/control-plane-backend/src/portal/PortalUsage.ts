import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { Page, PageQuery, pageOf, Sorting } from '../database/page';
import { iso } from '../database/values';
import { LIVE_STATES } from '../subscriptions/lifecycle';

const DAY_MS = 86_400_000;

/** A subscription to an API and one to tools could have the same id. */
const NEWEST_FIRST: Sorting<any> = {
  columns: ['c.id', 'c.kind'],
  order: 'desc',
  keyOf: row => [row.id, row.kind],
};

type Item = Schema<'SubscriptionUsage'>;

/** What a person's subscriptions were used for, and what is left of their quotas. */
export class PortalUsage {
  constructor(readonly knex: Knex) {}

  /** Newest subscription first. `days` is how far back calls are counted; 30 by default. */
  async list(
    subscriberId: string,
    asked: PageQuery & { readonly status?: string; readonly days?: number },
  ): Promise<Page<Item>> {
    const statuses = asked.status ? [asked.status] : [...LIVE_STATES];
    const query = this.knex
      .from(this.#subscribed(subscriberId, statuses))
      .join('tenants as t', 't.id', 'c.tenant_id')
      .leftJoin('plans as p', join =>
        join.on('p.tenant_id', 'c.tenant_id').andOn('p.id', 'c.plan'),
      )
      .select(
        'c.*',
        't.display_name as tenant_name',
        'p.quota_per_day',
        'p.quota_per_month',
      );
    const page = await pageOf(query, asked, NEWEST_FIRST, row => row);
    const calls = await this.#calls(subscriberId, page.items, asked.days ?? 30);
    return {
      ...page,
      items: page.items.map(row => toItem(row, calls.get(keyOf(row)))),
    };
  }

  #subscribed(subscriberId: string, statuses: readonly string[]) {
    const { knex } = this;
    const text = (column: string, name: string) =>
      knex.raw('CAST(?? AS VARCHAR(36)) as ??', [column, name]);
    const common = ['s.plan', 's.rate_limit', 's.status'] as const;
    const applications = knex('subscriptions as s')
      .join('applications as a', 'a.id', 's.application_id')
      .join('apis as i', join =>
        join.on('i.tenant_id', 's.tenant_id').andOn('i.api_id', 's.api_id'),
      )
      .where('s.subscriber_id', subscriberId)
      .whereIn('s.status', [...statuses])
      .select(
        text('s.id', 'id'),
        knex.raw(`'application' as kind`),
        's.tenant_id',
        'i.api_id',
        'i.display_name as name',
        text('s.application_id', 'application_id'),
        'a.name as application_name',
        knex.raw('CAST(NULL AS VARCHAR(63)) as server'),
        ...common,
      );
    const tools = knex('mcp_subscriptions as s')
      .join('mcp_servers as m', 'm.id', 's.server_id')
      .where('s.subscriber_id', subscriberId)
      .whereIn('s.status', [...statuses])
      .select(
        text('s.id', 'id'),
        knex.raw(`'tools' as kind`),
        'm.tenant_id',
        'm.api_id',
        'm.name',
        knex.raw('NULL as application_id'),
        knex.raw('NULL as application_name'),
        'm.slug as server',
        ...common,
      );
    return applications.unionAll(tools).as('c');
  }

  /** By `keyOf`, in one statement. */
  async #calls(
    subscriberId: string,
    rows: readonly any[],
    days: number,
  ): Promise<Map<string, any>> {
    if (rows.length === 0) return new Map();
    const now = new Date();
    const from = new Date(now.getTime() - days * DAY_MS).toISOString();
    const today = now.toISOString().slice(0, 10);
    const month = `${now.toISOString().slice(0, 7)}-01`;
    const first = from < month ? from : month;
    const since = (when: string, condition: string, name: string) =>
      this.knex.raw(
        `sum(case when m.at >= ? and ${condition} then 1 else 0 end) as ??`,
        [when, name],
      );
    // What was refused takes nothing of a quota.
    const counted = `m.status not in ('rate_limited', 'policy_denied')`;
    const columns = ['m.kind', 'm.subscription_id', 'm.tenant_id', 'm.server'];
    const found = await this.knex('metering_events as m')
      .where('m.subject', subscriberId)
      .where('m.bucket', '>=', first.slice(0, 13))
      .where('m.at', '>=', new Date(first).toISOString())
      .where(of =>
        of
          .whereIn(
            'm.subscription_id',
            rows.filter(row => row.kind === 'application').map(row => row.id),
          )
          .orWhere(tool =>
            tool.where('m.kind', 'tool').whereIn(
              ['m.tenant_id', 'm.server'],
              rows
                .filter(row => row.kind === 'tools')
                .map(row => [row.tenant_id, row.server]),
            ),
          ),
      )
      .groupBy(columns)
      .select([
        ...columns,
        since(from, '1 = 1', 'calls'),
        since(from, `m.status in ('error', 'timeout')`, 'errors'),
        since(from, `m.status = 'rate_limited'`, 'rate_limited'),
        since(`${today}T00:00:00.000Z`, counted, 'used_today'),
        since(`${month}T00:00:00.000Z`, counted, 'used_this_month'),
      ])
      .max({ last_call_at: 'm.at' });
    return new Map(
      found.map((row: any) => [
        row.kind === 'tool' ? toolsKey(row) : row.subscription_id,
        row,
      ]),
    );
  }
}

function keyOf(row: any): string {
  return row.kind === 'tools' ? toolsKey(row) : row.id;
}

/** Calls of tools are known by the server. */
function toolsKey(row: { tenant_id: string; server: string }): string {
  return `${row.tenant_id}/${row.server}`;
}

function toItem(row: any, calls: any): Item {
  const count = (name: string) => Number(calls?.[name] ?? 0);
  return {
    kind: row.kind,
    subscription_id: row.id,
    tenant_id: row.tenant_id,
    tenant_name: row.tenant_name,
    api_id: row.api_id,
    name: row.name,
    ...(row.kind === 'tools'
      ? { server: row.server }
      : {
          application_id: row.application_id,
          application_name: row.application_name,
        }),
    plan: row.plan,
    rate_limit: row.rate_limit,
    status: row.status,
    calls: count('calls'),
    errors: count('errors'),
    rate_limited: count('rate_limited'),
    used_today: count('used_today'),
    used_this_month: count('used_this_month'),
    ...(row.quota_per_day && { quota_per_day: row.quota_per_day }),
    ...(row.quota_per_month && { quota_per_month: row.quota_per_month }),
    ...(calls && { last_call_at: iso(calls.last_call_at) }),
  };
}
