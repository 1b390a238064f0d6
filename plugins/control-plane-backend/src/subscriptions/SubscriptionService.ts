import {
  Principal,
  StoaError,
  isMember,
  notFound,
} from '@stoa/plugin-stoa-common';
import { v7 as uuid } from 'uuid';
import { ApiStore } from '../apis/ApiStore';
import { ApplicationService } from '../applications/ApplicationService';
import { Actor, Tx, UnitOfWork } from '../database/UnitOfWork';
import { isUniqueViolation, now } from '../database/values';
import { PlanStore, PlanTerms } from '../plans/PlanStore';
import { generateKey } from './keys';
import { MoveName, MOVES, SubscriptionState } from './lifecycle';
import { SubscriptionRecord, SubscriptionStore } from './SubscriptionStore';

/** How many requests one person may have waiting. */
const MAX_PENDING = 50;

export interface SubscriptionServiceOptions {
  readonly unitOfWork: UnitOfWork;
  readonly store: SubscriptionStore;
  readonly apis: ApiStore;
  readonly applications: ApplicationService;
  readonly plans: PlanStore;
}

/** The life of a subscription: asked for, decided on, ended. Every move is one compare-and-set. */
export class SubscriptionService {
  readonly #options: SubscriptionServiceOptions;

  constructor(options: SubscriptionServiceOptions) {
    this.#options = options;
  }

  /** Throws `stoa.not_found`. Whether the caller may see it is the policy's answer. */
  async get(id: string): Promise<SubscriptionRecord> {
    const subscription = await this.#options.store.get(id);
    if (!subscription) throw notFound('subscription');
    return subscription;
  }

  /**
   * Makes a subscription and its key, which is answered here and never again.
   * Throws `stoa.validation` for a plan that the API does not offer,
   * `stoa.subscription.exists` when the application has a live one.
   */
  async create(
    actor: Actor,
    principal: Principal,
    input: {
      application_id: string;
      tenant_id: string;
      api_id: string;
      plan: string;
      reason?: string;
    },
  ): Promise<{ subscription: SubscriptionRecord; apiKey: string }> {
    const { store, apis, applications, plans, unitOfWork } = this.#options;
    const api = await apis.get(input.tenant_id, input.api_id);
    if (!api) throw notFound('API');
    if (api.status !== 'published') {
      throw new StoaError(
        'stoa.conflict',
        `The API is ${api.status}; only a published one takes subscriptions.`,
      );
    }
    const application = await applications.get(input.application_id);
    const plan = await plans.get(input.tenant_id, input.plan);
    if (!plan || (api.plans.length > 0 && !api.plans.includes(plan.id))) {
      const message = 'is not a plan of this API';
      throw new StoaError('stoa.validation', `plan: ${message}`, {
        details: [{ field: 'plan', message }],
      });
    }
    if ((await store.countPending(principal.subject)) >= MAX_PENDING) {
      throw new StoaError(
        'stoa.rate_limited',
        `You have ${MAX_PENDING} requests waiting. Wait for decisions, or cancel some.`,
      );
    }
    const key = generateKey();
    const id = uuid();
    const status: SubscriptionState = approvesItself(
      plan,
      principal,
      input.tenant_id,
    )
      ? 'active'
      : 'pending';
    try {
      await unitOfWork.run(actor, async tx => {
        await store.insert(tx, {
          id,
          applicationId: application.id,
          tenantId: api.tenantId,
          apiId: api.apiId,
          subscriberId: principal.subject,
          plan: plan.id,
          rateLimit: plan.rate_limit_per_minute,
          burst: plan.burst,
          keyHash: key.hash,
          keyPrefix: key.prefix,
          status,
          reason: input.reason,
        });
        await record(
          tx,
          {
            id,
            tenantId: api.tenantId,
            apiId: api.apiId,
            applicationId: application.id,
            subscriberId: principal.subject,
          },
          {
            action: 'stoa.subscription.create',
            event: 'subscription-created',
            status,
            version: 1,
            reason: input.reason,
          },
        );
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new StoaError(
        'stoa.subscription.exists',
        'The application is subscribed to this API already, or has asked to be.',
      );
    }
    return { subscription: await this.get(id), apiKey: key.plain };
  }

  /** Throws `stoa.subscription.illegal_transition` naming the state that does not allow the move. */
  async move(
    actor: Actor,
    id: string,
    name: MoveName,
    reason?: string,
  ): Promise<SubscriptionRecord> {
    const { store, unitOfWork } = this.#options;
    const subscription = await this.get(id);
    const move = MOVES[name];
    await unitOfWork.run(actor, async tx => {
      const version = await store.move(tx, subscription, move, reason);
      if (version === undefined) {
        const current = (
          await tx.db('subscriptions').where({ id }).first('status')
        ).status;
        throw new StoaError(
          'stoa.subscription.illegal_transition',
          `The subscription is ${current}; it cannot be changed by "${name}".`,
          { details: { status: current, move: name } },
        );
      }
      await record(tx, subscription, {
        action:
          name === 'cancel'
            ? 'stoa.subscription.cancel'
            : 'stoa.subscription.decide',
        event: move.event,
        status: move.to,
        version,
        reason,
      });
      // Gateways ask anew: a key that was waiting works at once, one that died stops at once.
      await tx.feed({
        tenantId: subscription.tenantId,
        kind: 'key',
        op: move.kills ? 'delete' : 'put',
        key: subscription.keyHash,
      });
    });
    return this.get(id);
  }
}

/** A plan that wants no approval, or one whose roles the subscriber holds in the API's tenant. */
function approvesItself(
  plan: PlanTerms,
  principal: Principal,
  tenantId: string,
): boolean {
  if (!plan.requires_approval) return true;
  return (
    isMember(principal, tenantId) &&
    principal.grants[tenantId].some(role =>
      plan.autoApproveRoles.includes(role),
    )
  );
}

async function record(
  tx: Tx,
  subscription: {
    id: string;
    tenantId: string;
    apiId: string;
    applicationId: string;
    subscriberId: string;
  },
  change: {
    action: string;
    event: string;
    status: string;
    version: number;
    reason?: string;
  },
): Promise<void> {
  await tx.db('subscription_history').insert({
    id: uuid(),
    tenant_id: subscription.tenantId,
    subscription_id: subscription.id,
    event: change.event,
    status: change.status,
    actor: tx.actor.principal.subject,
    reason: change.reason ?? null,
    created_at: now(),
  });
  await tx.event({
    topic: 'subscriptions',
    type: change.event,
    tenantId: subscription.tenantId,
    aggregate: `subscription:${subscription.id}`,
    aggregateVersion: change.version,
    payload: {
      subscription_id: subscription.id,
      api_id: subscription.apiId,
      application_id: subscription.applicationId,
      subscriber_id: subscription.subscriberId,
      status: change.status,
      ...(change.event === 'subscription-approved' && {
        approved_by: tx.actor.principal.subject,
      }),
    },
  });
  await tx.audit({
    tenantId: subscription.tenantId,
    action: change.action,
    resource: `subscription:${subscription.id}`,
    outcome: 'success',
    details: {
      event: change.event,
      status: change.status,
      api_id: subscription.apiId,
    },
  });
}
