import { Action, Principal } from '@stoa/plugin-stoa-common';

/** The thing an action is done to. Every field comes from the path or from a stored row, never from a request body. */
export interface PolicyResource {
  /** Tenant that owns the thing; absent for lists over tenants and for what a consumer owns. */
  readonly tenantId?: string;
  readonly visibility?: 'public' | 'private';
  readonly status?: string;
  readonly environment?: string;
  /** Subjects or group refs that own it (applications, subscriptions). */
  readonly owners?: readonly string[];
  /** Who asked for it, where asking and deciding are different acts. */
  readonly requesters?: readonly string[];
  /** The caller has an active subscription, and the tool is among what it grants. */
  readonly granted?: boolean;
}

/** The JSON document that the policy reads: snake case, plain values, no `undefined`. */
export interface PolicyInput {
  readonly principal: {
    readonly subject: string;
    readonly kind: string;
    readonly platform_admin: boolean;
    readonly grants: Readonly<Record<string, readonly string[]>>;
    readonly scopes: readonly string[];
    readonly aliases?: readonly string[];
  };
  readonly action: string;
  readonly resource: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch; the compiled policy has no clock. */
  readonly now: number;
}

/** The only place that builds policy input. `action` is one of ours or the name of a foreign Backstage permission. */
export function policyInput(
  principal: Principal,
  action: Action | string,
  resource: PolicyResource = {},
  now: number = Math.floor(Date.now() / 1000),
): PolicyInput {
  return {
    principal: {
      subject: principal.subject,
      kind: principal.kind,
      platform_admin: principal.platformAdmin,
      grants: principal.grants,
      scopes: principal.scopes,
      ...(principal.aliases && { aliases: principal.aliases }),
    },
    action,
    resource: {
      ...(resource.tenantId !== undefined && { tenant_id: resource.tenantId }),
      ...(resource.visibility && { visibility: resource.visibility }),
      ...(resource.status && { status: resource.status }),
      ...(resource.environment && { environment: resource.environment }),
      ...(resource.owners && { owners: resource.owners }),
      ...(resource.requesters && { requesters: resource.requesters }),
      ...(resource.granted === true && { granted: true }),
    },
    now,
  };
}
