import { Schema } from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { fromJson, iso, isoOrNull, now } from '../database/values';
import { SubscriptionState } from './lifecycle';
import { TenantState } from './SubscriptionBase';

/** The subscription behind a key, in whatever state: what a gateway must know, and no more. */
export interface FoundKey {
  readonly subscriptionId: string;
  readonly subscriberId: string;
  readonly tenantId: string;
  readonly tenantStatus: TenantState;
  readonly status: SubscriptionState;
  readonly expiresAt: string | null;
  readonly plan: string;
  /** Calls per minute. */
  readonly rateLimit: number;
  readonly burst: number;
  /** Of the plan as it is now; a subscription keeps only its rate. */
  readonly quotaPerDay: number | null;
  readonly quotaPerMonth: number | null;
  /** Of a key that was replaced: until when it still works. */
  readonly replacedUntil?: string;
  readonly target: KeyTarget;
}

export type KeyTarget =
  | {
      readonly kind: 'api';
      readonly application_id: string;
      readonly application_name: string;
      readonly api_id: string;
    }
  | {
      readonly kind: 'mcp';
      readonly server_id: string;
      readonly tools: Schema<'ToolGrant'>;
    };

/** Finds keys by their hash: it is asked most often of all, so each statement is narrow. */
export class KeyLookup {
  constructor(readonly knex: Knex) {}

  /** Also by the key before a rotation, while its grace lasts. Hashes of both kinds never meet. */
  async find(hash: string): Promise<FoundKey | undefined> {
    return (await this.#toApi(hash)) ?? (await this.#toTools(hash));
  }

  #toApi(hash: string): Promise<FoundKey | undefined> {
    const query = this.knex('subscriptions as s')
      .join('applications as a', 'a.id', 's.application_id')
      .select('s.application_id', 'a.name as application_name', 's.api_id');
    return this.#first(query, hash, row => ({
      kind: 'api',
      application_id: row.application_id,
      application_name: row.application_name,
      api_id: row.api_id,
    }));
  }

  #toTools(hash: string): Promise<FoundKey | undefined> {
    const query = this.knex('mcp_subscriptions as s').select(
      's.server_id',
      's.tools',
    );
    return this.#first(query, hash, row => ({
      kind: 'mcp',
      server_id: row.server_id,
      tools: fromJson<string[] | null>(row.tools) ?? 'all',
    }));
  }

  async #first(
    query: Knex.QueryBuilder,
    hash: string,
    toTarget: (row: any) => KeyTarget,
  ): Promise<FoundKey | undefined> {
    const selected = query
      .join('tenants as t', 't.id', 's.tenant_id')
      .leftJoin('plans as p', join =>
        join.on('p.tenant_id', 's.tenant_id').andOn('p.id', 's.plan'),
      )
      .select(
        's.id',
        's.subscriber_id',
        's.tenant_id',
        't.status as tenant_status',
        's.status',
        's.expires_at',
        's.plan',
        's.rate_limit',
        's.burst',
        'p.quota_per_day',
        'p.quota_per_month',
      );
    const [current] = await selected.clone().where('s.api_key_hash', hash);
    if (current) return toFound(current, toTarget(current));
    const [replaced] = await selected
      .select('s.previous_key_expires_at')
      .where('s.previous_key_hash', hash)
      .where('s.previous_key_expires_at', '>', now());
    return (
      replaced && {
        ...toFound(replaced, toTarget(replaced)),
        replacedUntil: iso(replaced.previous_key_expires_at),
      }
    );
  }
}

function toFound(row: any, target: KeyTarget): FoundKey {
  return {
    subscriptionId: row.id,
    subscriberId: row.subscriber_id,
    tenantId: row.tenant_id,
    tenantStatus: row.tenant_status,
    status: row.status,
    expiresAt: isoOrNull(row.expires_at),
    plan: row.plan,
    rateLimit: row.rate_limit,
    burst: row.burst,
    quotaPerDay: row.quota_per_day,
    quotaPerMonth: row.quota_per_month,
    target,
  };
}
