import {
  Principal,
  Schema,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import {
  PolicyEngine,
  PolicyResource,
  policyInput,
} from '@stoa/plugin-stoa-node';
import { PageQuery } from '../database/page';
import { Actor } from '../database/UnitOfWork';
import { TenantStore } from '../tenants/TenantStore';
import { invalid } from '../apis/checks';
import { OnDenied, refusal } from '../http/refusal';
import { MoveName } from './lifecycle';
import { SubscriptionLife } from './SubscriptionLife';
import { SubscriptionBase, SubscriptionScope } from './SubscriptionBase';
import { SubscriptionTable } from './SubscriptionTable';
import { SubscriptionTerm } from './SubscriptionTerm';

const DEFAULT_GRACE_HOURS = 24;
const NEEDS_REASON: ReadonlySet<string> = new Set([
  'reject',
  'suspend',
  'revoke',
]);

/**
 * What the routes of both kinds of subscription do alike. `view` makes the answer;
 * `resourceOf` is what the policy knows of one.
 */
export function subscriptionHandlers<S extends SubscriptionBase, View>(deps: {
  readonly service: {
    readonly life: SubscriptionLife<S>;
    readonly term: SubscriptionTerm<S>;
  };
  readonly store: SubscriptionTable<S>;
  readonly tenants: TenantStore;
  readonly policy: PolicyEngine;
  readonly onDenied: OnDenied;
  readonly view: (principal: Principal, subscription: S) => Promise<View>;
  readonly resourceOf: (subscription: S) => PolicyResource;
}) {
  const { store, view } = deps;
  const { life, term } = deps.service;
  const page = async (
    principal: Principal,
    scope: SubscriptionScope,
    query: PageQuery,
  ) => {
    const found = await store.list(scope, query);
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
    /** Those of all tenants. */
    everywhere: async (
      principal: Principal,
      query: PageQuery & { readonly status?: string },
    ) => page(principal, { everywhere: true, status: query.status }, query),
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
    /** The handler of a move, with what its operation asks for. */
    moving:
      (name: MoveName) =>
      async (call: {
        actor: Actor;
        principal: Principal;
        params: { subscription_id: string };
        body?: { reason?: string; expires_at?: string };
      }) => ({
        body: await view(
          call.principal,
          await life.move(call.actor, call.params.subscription_id, name, {
            reason: call.body?.reason,
            expiresAt: endOf(call.body?.expires_at),
          }),
        ),
      }),
    extend: async (call: {
      actor: Actor;
      principal: Principal;
      params: { subscription_id: string };
      body: { extend_days: number; reason?: string };
    }) => ({
      body: await view(
        call.principal,
        await term.extend(
          call.actor,
          call.params.subscription_id,
          call.body.extend_days,
          call.body.reason,
        ),
      ),
    }),
    /** Options of the route of a rotation; a replay does not show the key again. */
    rotation: {
      redact: <B>(body: B) => ({
        ...body,
        new_api_key: null,
        replayed: true,
      }),
      handler: async (call: {
        actor: Actor;
        principal: Principal;
        params: { subscription_id: string };
        body?: { grace_period_hours?: number };
      }) => {
        const hours = call.body?.grace_period_hours ?? DEFAULT_GRACE_HOURS;
        const { subscription, apiKey, oldKeyExpiresAt } = await term.rotateKey(
          call.actor,
          call.params.subscription_id,
          hours,
        );
        return {
          body: {
            subscription_id: subscription.id,
            new_api_key: apiKey,
            new_api_key_prefix: subscription.keyPrefix,
            old_key_expires_at: oldKeyExpiresAt,
            grace_period_hours: hours,
            rotation_count: subscription.rotationCount,
            subscription: await view(call.principal, subscription),
          },
        };
      },
    },
    /** Decides on many, each by itself: one that cannot be decided on does not hold up the others. */
    decide: async (call: {
      actor: Actor;
      principal: Principal;
      params: { tenant_id: string };
      body: Schema<'BulkDecision'>;
    }) => {
      const { decision, reason, ids } = call.body;
      if (reason === undefined && NEEDS_REASON.has(decision))
        throw invalid('reason', `is needed to ${decision}`);
      const items: Schema<'BulkDecisionResult'>['items'] = [];
      for (const id of ids) {
        try {
          const subscription = await life.get(id);
          if (subscription.tenantId !== call.params.tenant_id)
            throw notFound('subscription');
          await permit(deps, call, deps.resourceOf(subscription));
          const moved = await life.move(call.actor, id, decision, { reason });
          items.push({ id, status: moved.status });
        } catch (error) {
          if (!(error instanceof StoaError) || error.status >= 500) throw error;
          const { code, message } = error;
          items.push({ id, error: { code, message } });
        }
      }
      return { body: { items } };
    },
  };
}

/** What a move needs of the policy, asked for one of many. */
async function permit(
  deps: { readonly policy: PolicyEngine; readonly onDenied: OnDenied },
  call: { readonly actor: Actor; readonly principal: Principal },
  resource: PolicyResource,
): Promise<void> {
  const action = 'stoa.subscription.decide';
  const input = policyInput(call.principal, action, resource);
  const decision = await deps.policy.decide(input);
  if (decision.allow) return;
  await deps.onDenied(call.actor, action, resource, decision.rule);
  throw refusal(decision, 'subscription');
}

function endOf(time: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  if (Date.parse(time) <= Date.now())
    throw invalid('expires_at', 'must be in the future');
  return new Date(time).toISOString();
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
    ...(s.previousKey &&
      Date.parse(s.previousKey.expiresAt) > Date.now() && {
        old_key_expires_at: s.previousKey.expiresAt,
      }),
    created_at: s.createdAt,
  } satisfies Partial<Schema<'Subscription'>>;
}
