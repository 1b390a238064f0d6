import { Schema, notFound } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { Page, PageQuery, pageOf, Sorting } from '../database/page';
import { iso } from '../database/values';
import { ApiStore } from './ApiStore';

const DAY_MS = 86_400_000;
const LIVE = ['pending', 'active', 'suspended'];

export interface ConsumerQuery extends PageQuery {
  /** Without it: those that may still call, or wait to. */
  readonly status?: string;
  /** How far back calls are counted. */
  readonly days?: number;
  /** Only those who called in that time. */
  readonly calling?: boolean;
}

type Consumer = Schema<'ApiConsumer'>;

interface Calls {
  readonly version: string | null;
  readonly calls: number;
  readonly lastCallAt: string;
}

/** Subscriptions to the API and to its tools could have the same id. */
const NEWEST_FIRST: Sorting<any> = {
  columns: ['c.id', 'c.kind'],
  order: 'desc',
  keyOf: row => [row.id, row.kind],
};

/** Who is subscribed to an API or to tools made from it, and who of them still calls. */
export class ApiConsumers {
  constructor(
    readonly deps: { readonly knex: Knex; readonly apis: ApiStore },
  ) {}

  /** Newest subscription first. */
  async list(
    tenantId: string,
    apiId: string,
    asked: ConsumerQuery,
  ): Promise<Page<Consumer>> {
    const { knex, apis } = this.deps;
    if (!(await apis.get(tenantId, apiId))) throw notFound('API');
    const called = this.#called(tenantId, apiId, asked.days ?? 30);
    const statuses = asked.status ? [asked.status] : LIVE;
    const query = knex
      .from(this.#subscribed(tenantId, apiId, statuses))
      .leftJoin('people as p', 'p.subject', 'c.subscriber_id')
      .select('c.*', 'p.name as subscriber_name');
    if (asked.calling)
      query.whereExists(
        called
          .clone()
          .select(knex.raw('1'))
          .where(of =>
            of.where('m.subscription_id', knex.ref('c.id')).orWhere({
              'm.kind': 'tool',
              'm.server': knex.ref('c.server'),
              'm.subject': knex.ref('c.subscriber_id'),
            }),
          ),
      );
    const page = await pageOf(query, asked, NEWEST_FIRST, row => row);
    const calls = await this.#callsOf(called, page.items);
    return {
      ...page,
      items: page.items.map(row =>
        toConsumer(row, calls.get(keyOf(row)) ?? []),
      ),
    };
  }

  #subscribed(tenantId: string, apiId: string, statuses: readonly string[]) {
    const { knex } = this.deps;
    const text = (column: string, name: string) =>
      knex.raw('CAST(?? AS VARCHAR(36)) as ??', [column, name]);
    const common = [
      's.subscriber_id',
      's.plan',
      's.status',
      's.created_at',
    ] as const;
    const applications = knex('subscriptions as s')
      .join('applications as a', 'a.id', 's.application_id')
      .where({ 's.tenant_id': tenantId, 's.api_id': apiId })
      .whereIn('s.status', [...statuses])
      .select(
        text('s.id', 'id'),
        knex.raw(`'application' as kind`),
        text('s.application_id', 'application_id'),
        'a.name as application_name',
        'a.owner_ref',
        knex.raw('CAST(NULL AS VARCHAR(63)) as server'),
        ...common,
      );
    const tools = knex('mcp_subscriptions as s')
      .join('mcp_servers as m', 'm.id', 's.server_id')
      .where({ 'm.tenant_id': tenantId, 'm.api_id': apiId })
      .whereIn('s.status', [...statuses])
      .select(
        text('s.id', 'id'),
        knex.raw(`'tools' as kind`),
        knex.raw('NULL as application_id'),
        knex.raw('NULL as application_name'),
        knex.raw('NULL as owner_ref'),
        'm.slug as server',
        ...common,
      );
    return applications.unionAll(tools).as('c');
  }

  #called(tenantId: string, apiId: string, days: number): Knex.QueryBuilder {
    const from = new Date(Date.now() - days * DAY_MS).toISOString();
    return this.deps
      .knex('metering_events as m')
      .where({ 'm.tenant_id': tenantId, 'm.api_id': apiId })
      .where('m.at', '>=', from);
  }

  /** By `keyOf`. Calls of tools are known by the person and the server. */
  async #callsOf(
    called: Knex.QueryBuilder,
    rows: readonly any[],
  ): Promise<Map<string, Calls[]>> {
    const found = new Map<string, Calls[]>();
    if (rows.length === 0) return found;
    const tools = rows.filter(row => row.kind === 'tools');
    const columns = ['m.kind', 'm.subscription_id', 'm.server', 'm.version'];
    const counted = await called
      .clone()
      .where(of =>
        of
          .whereIn(
            'm.subscription_id',
            rows.map(row => row.id),
          )
          .orWhere(tool =>
            tool
              .where('m.kind', 'tool')
              .whereIn(
                'm.server',
                tools.map(row => row.server),
              )
              .whereIn(
                'm.subject',
                tools.map(row => row.subscriber_id),
              ),
          ),
      )
      .groupBy([...columns, 'm.subject'])
      .select([...columns, 'm.subject'])
      .count({ calls: '*' })
      .max({ last_call_at: 'm.at' });
    for (const row of counted) {
      const key =
        row.subscription_id ?? keyOf({ ...row, subscriber_id: row.subject });
      const calls = {
        version: row.version,
        calls: Number(row.calls),
        lastCallAt: iso(row.last_call_at),
      };
      found.set(key, [...(found.get(key) ?? []), calls]);
    }
    return found;
  }
}

function keyOf(row: any): string {
  return row.kind === 'application'
    ? row.id
    : JSON.stringify([row.server, row.subscriber_id]);
}

function toConsumer(row: any, calls: readonly Calls[]): Consumer {
  const last = calls.map(c => c.lastCallAt).sort();
  const versions = [...new Set(calls.map(c => c.version))];
  return {
    kind: row.kind,
    subscription_id: row.id,
    ...(row.kind === 'application'
      ? {
          application_id: row.application_id,
          application_name: row.application_name,
          owner_ref: row.owner_ref,
        }
      : { server: row.server }),
    subscriber_id: row.subscriber_id,
    ...(row.subscriber_name && { subscriber_name: row.subscriber_name }),
    plan: row.plan,
    status: row.status,
    subscribed_at: iso(row.created_at),
    calls: calls.reduce((sum, c) => sum + c.calls, 0),
    ...(last.length > 0 && { last_call_at: last[last.length - 1] }),
    versions: versions.filter(version => version !== null).sort(),
  };
}
