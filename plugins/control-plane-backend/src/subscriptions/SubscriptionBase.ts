import { iso, isoOrNull } from '../database/values';
import { SubscriptionState } from './lifecycle';

export type TenantState = 'active' | 'suspended' | 'archived';

/** What every subscription is, whatever it is to. */
export interface SubscriptionBase {
  readonly id: string;
  /** Of the thing subscribed to. */
  readonly tenantId: string;
  /** Unless it is active, no key to anything of it works. */
  readonly tenantStatus: TenantState;
  readonly subscriberId: string;
  readonly subscriberName?: string;
  readonly plan: string;
  /** Calls per minute. */
  readonly rateLimit: number;
  readonly burst: number;
  readonly keyPrefix: string;
  readonly keyHash: string;
  /** The key before the last rotation, which works until then. */
  readonly previousKey?: { readonly hash: string; readonly expiresAt: string };
  readonly rotationCount: number;
  readonly extensionCount: number;
  readonly extendedDays: number;
  readonly status: SubscriptionState;
  readonly requestReason?: string;
  readonly statusReason?: string;
  readonly approvedAt: string | null;
  readonly approvedBy: string | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

export interface NewSubscription {
  readonly id: string;
  readonly tenantId: string;
  readonly subscriberId: string;
  readonly plan: string;
  readonly rateLimit: number;
  readonly burst: number;
  readonly keyHash: string;
  readonly keyPrefix: string;
  readonly status: SubscriptionState;
  readonly reason?: string;
}

/** Whose subscriptions: a person's, or those to things of a tenant (`to`: to one of them). */
export type SubscriptionScope =
  | { readonly subscriberId: string }
  | {
      readonly tenantId: string;
      readonly to?: string;
      readonly status?: string;
    }
  | { readonly everywhere: true; readonly status?: string };

/** The part of a row that every subscription has. */
export function toBase(row: any): SubscriptionBase {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    tenantStatus: row.tenant_status,
    subscriberId: row.subscriber_id,
    subscriberName: row.subscriber_name ?? undefined,
    plan: row.plan,
    rateLimit: row.rate_limit,
    burst: row.burst,
    keyPrefix: row.api_key_prefix,
    keyHash: row.api_key_hash,
    ...(row.previous_key_hash !== null && {
      previousKey: {
        hash: row.previous_key_hash,
        expiresAt: iso(row.previous_key_expires_at),
      },
    }),
    rotationCount: row.rotation_count,
    extensionCount: row.extension_count,
    extendedDays: row.extended_days,
    status: row.status,
    requestReason: row.request_reason ?? undefined,
    statusReason: row.status_reason ?? undefined,
    approvedAt: isoOrNull(row.approved_at),
    approvedBy: row.approver_name ?? row.approved_by,
    expiresAt: isoOrNull(row.expires_at),
    createdAt: iso(row.created_at),
  };
}
