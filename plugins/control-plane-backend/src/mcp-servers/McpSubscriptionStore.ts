import { Knex } from 'knex';
import { Tx } from '../database/UnitOfWork';
import { fromJson, now } from '../database/values';
import { LIVE_STATES } from '../subscriptions/lifecycle';
import { SubscriptionBase, toBase } from '../subscriptions/SubscriptionBase';
import { SubscriptionTable } from '../subscriptions/SubscriptionTable';
import type { Grants } from './toolGrants';

/** All tools of a server, those to come included, or the named ones. */
export type ToolGrant = 'all' | readonly string[];

/** A person's subscription to the tools of a server, with the names that go with it. */
export interface McpSubscriptionRecord extends SubscriptionBase {
  readonly serverId: string;
  readonly serverSlug: string;
  readonly serverName: string;
  /** Of the plan as it is now. */
  readonly quotaPerDay: number | null;
  readonly quotaPerMonth: number | null;
  readonly tools: ToolGrant;
  /** Tools that the subscriber asks for beyond those. */
  readonly requestedTools: readonly string[];
}

export class McpSubscriptionStore extends SubscriptionTable<McpSubscriptionRecord> {
  protected readonly table = 'mcp_subscriptions';
  protected readonly historyTable = 'mcp_subscription_history';
  protected readonly toColumn = 'server_id';

  /** What a person may call by subscription now: active, not expired, of a server that is there. */
  async activeOf(subscriberId: string): Promise<McpSubscriptionRecord[]> {
    const rows = await this.select()
      .where({ 's.subscriber_id': subscriberId, 's.status': 'active' })
      .where('t.status', 'active')
      .whereNull('v.deleted_at')
      .where(q =>
        q.whereNull('s.expires_at').orWhere('s.expires_at', '>', now()),
      )
      .orderBy('s.id');
    return rows.map((row: any) => this.toRecord(row));
  }

  /** A person's live subscriptions to any of these servers, by server. */
  async liveTo(
    subscriberId: string,
    serverIds: readonly string[],
  ): Promise<ReadonlyMap<string, McpSubscriptionRecord>> {
    if (serverIds.length === 0) return new Map();
    const rows = await this.select()
      .where('s.subscriber_id', subscriberId)
      .whereIn('s.server_id', [...new Set(serverIds)])
      .whereIn('s.status', [...LIVE_STATES]);
    return new Map(rows.map((row: any) => [row.server_id, this.toRecord(row)]));
  }

  /** Compare-and-set: undefined when it has ended. */
  async grant(
    tx: Tx,
    subscription: McpSubscriptionRecord,
    { tools, requested }: Grants,
  ): Promise<number | undefined> {
    const query = this.of(tx.db, subscription).whereIn('status', [
      ...LIVE_STATES,
    ]);
    return this.set(query, {
      tools: tools === 'all' ? null : JSON.stringify(tools),
      requested_tools: JSON.stringify(requested),
    });
  }

  protected joined(query: Knex.QueryBuilder): Knex.QueryBuilder {
    return query
      .join('mcp_servers as v', 'v.id', 's.server_id')
      .leftJoin('plans as pl', join =>
        join.on('pl.tenant_id', 's.tenant_id').andOn('pl.id', 's.plan'),
      )
      .select(
        'v.slug as server_slug',
        'v.name as server_name',
        'pl.quota_per_day',
        'pl.quota_per_month',
      );
  }

  protected toRecord(row: any): McpSubscriptionRecord {
    return {
      ...toBase(row),
      serverId: row.server_id,
      serverSlug: row.server_slug,
      serverName: row.server_name,
      quotaPerDay: row.quota_per_day,
      quotaPerMonth: row.quota_per_month,
      tools: fromJson<string[] | null>(row.tools) ?? 'all',
      requestedTools: fromJson<string[] | null>(row.requested_tools) ?? [],
    };
  }
}

export function grants(tools: ToolGrant, name: string): boolean {
  return tools === 'all' || tools.includes(name);
}
