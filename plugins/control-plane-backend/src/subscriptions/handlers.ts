import { Principal, Schema, notFound } from '@stoa/plugin-stoa-common';
import {
  PolicyEngine,
  PolicyResource,
  policyInput,
} from '@stoa/plugin-stoa-node';
import { Actor } from '../database/UnitOfWork';
import { TenantStore } from '../tenants/TenantStore';
import { isLegal, MoveName, SubscriptionState } from './lifecycle';
import { SubscriptionLife } from './SubscriptionLife';
import {
  SubscriptionBase,
  SubscriptionScope,
  SubscriptionTable,
} from './SubscriptionTable';

/** Query of every list of subscriptions. */
interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * What the routes of both kinds of subscription do alike. `view` makes the answer;
 * `resourceOf` is what the policy knows of one.
 */
export function subscriptionHandlers<S extends SubscriptionBase, View>(deps: {
  readonly life: SubscriptionLife<S>;
  readonly store: SubscriptionTable<S>;
  readonly tenants: TenantStore;
  readonly view: (principal: Principal, subscription: S) => Promise<View>;
  readonly resourceOf: (subscription: S) => PolicyResource;
}) {
  const { life, store, view } = deps;
  const page = async (
    principal: Principal,
    scope: SubscriptionScope,
    query: PageQuery,
  ) => {
    const found = await store.list(scope, {
      limit: query.limit ?? 25,
      cursor: query.cursor,
    });
    return {
      body: {
        ...found,
        items: await Promise.all(found.items.map(s => view(principal, s))),
      },
    };
  };
  return {
    /** Options of a route whose path names a subscription. */
    byId: {
      what: 'subscription',
      resource: async (call: { params: { subscription_id: string } }) =>
        deps.resourceOf(await life.get(call.params.subscription_id)),
    },
    /** The route of the caller's own ones. */
    mine: {
      resource: () => ({}),
      handler: async (call: { principal: Principal; query: PageQuery }) =>
        page(
          call.principal,
          { subscriberId: call.principal.subject },
          call.query,
        ),
    },
    /** Those to things of a tenant, for its members. */
    ofTenant: async (
      principal: Principal,
      scope: Extract<SubscriptionScope, { tenantId: string }>,
      query: PageQuery,
    ) => {
      if (!(await deps.tenants.get(scope.tenantId))) throw notFound('tenant');
      return page(principal, scope, query);
    },
    one: async (call: {
      principal: Principal;
      params: { subscription_id: string };
    }) => ({
      body: await view(
        call.principal,
        await life.get(call.params.subscription_id),
      ),
    }),
    history: async (call: { params: { subscription_id: string } }) => ({
      body: {
        items: await store.history(await life.get(call.params.subscription_id)),
      },
    }),
    /** The handler of a move, with the reason where its operation asks for one. */
    moving:
      (name: MoveName) =>
      async (call: {
        actor: Actor;
        principal: Principal;
        params: { subscription_id: string };
        body?: { reason: string };
      }) => ({
        body: await view(
          call.principal,
          await life.move(
            call.actor,
            call.params.subscription_id,
            name,
            call.body?.reason,
          ),
        ),
      }),
  };
}

/** The part of an answer that every subscription has. */
export function baseView(s: SubscriptionBase) {
  return {
    id: s.id,
    tenant_id: s.tenantId,
    subscriber_id: s.subscriberId,
    ...(s.subscriberName && { subscriber_name: s.subscriberName }),
    plan: s.plan,
    rate_limit: s.rateLimit,
    api_key_prefix: s.keyPrefix,
    status: s.status,
    ...(s.requestReason && { request_reason: s.requestReason }),
    ...(s.statusReason && { status_reason: s.statusReason }),
    approved_at: s.approvedAt,
    approved_by: s.approvedBy,
    expires_at: s.expiresAt,
    created_at: s.createdAt,
  } satisfies Partial<Schema<'Subscription'>>;
}

/** Which moves the caller could make now, by the state and by the policy. */
export async function permittedMoves<Name extends MoveName>(
  policy: PolicyEngine,
  principal: Principal,
  status: SubscriptionState,
  resource: PolicyResource,
  names: readonly Name[],
): Promise<Record<Name, boolean>> {
  const may = async (name: Name) => {
    if (!isLegal(name, status)) return false;
    const action =
      name === 'cancel'
        ? 'stoa.subscription.cancel'
        : 'stoa.subscription.decide';
    return (await policy.decide(policyInput(principal, action, resource)))
      .allow;
  };
  const entries = names.map(async name => [name, await may(name)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<
    Name,
    boolean
  >;
}
