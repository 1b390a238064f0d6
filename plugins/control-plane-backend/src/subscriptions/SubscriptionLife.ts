import {
  Principal,
  StoaError,
  isMember,
  notFound,
} from '@stoa/plugin-stoa-common';
import { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { Actor, FeedInput, UnitOfWork } from '../database/UnitOfWork';
import { isUniqueViolation } from '../database/values';
import { PlanStore, PlanTerms } from '../plans/PlanStore';
import { generateKey } from './keys';
import { MoveName, MOVES, SubscriptionState } from './lifecycle';
import { ACTION_OF, illegal, keysOf, recordChange } from './changes';
import { SubscriptionBase } from './SubscriptionBase';
import { SubscriptionTable } from './SubscriptionTable';

/** How many requests one person may have waiting. */
const MAX_PENDING = 50;

/** What distinguishes one kind of subscription from the other. */
export interface SubscriptionLifeOptions<S extends SubscriptionBase> {
  readonly unitOfWork: UnitOfWork;
  readonly store: SubscriptionTable<S>;
  readonly plans: PlanStore;
  readonly keyPrefix: string;
  /** What events and the audit say it is to. */
  readonly facts: (subscription: S) => Readonly<Record<string, string>>;
  /** What gateways must ask anew beside the key, when it begins or ceases to work. */
  readonly affects: (subscription: S) => readonly FeedInput[];
  /** Said to who asks for a second one to the same thing, and for a plan that it is not offered on. */
  readonly taken: string;
  readonly notOffered: string;
}

/** What is subscribed to, and on which terms. */
export interface SubscriptionRequest {
  readonly tenantId: string;
  readonly plan: string;
  /** Plans that are offered; none means every plan of the tenant. */
  readonly offered: readonly string[];
  readonly reason?: string;
  /** The columns that say what it is to. */
  readonly to: Readonly<Record<string, unknown>>;
  /** Runs in the same transaction and may refuse by throwing. */
  readonly guard?: (trx: Knex.Transaction) => Promise<void>;
}

/** The life of a subscription: asked for, decided on, ended. Every move is one compare-and-set. */
export class SubscriptionLife<S extends SubscriptionBase> {
  readonly #options: SubscriptionLifeOptions<S>;

  constructor(options: SubscriptionLifeOptions<S>) {
    this.#options = options;
  }

  /** Throws `stoa.not_found`. Whether the caller may see it is the policy's answer. */
  async get(id: string): Promise<S> {
    const subscription = await this.#options.store.get(id);
    if (!subscription) throw notFound('subscription');
    return subscription;
  }

  /**
   * Makes a subscription and its key, which is answered here and never again.
   * Throws `stoa.validation` for a plan that is not offered,
   * `stoa.subscription.exists` when there is a live one, `stoa.rate_limited` when
   * too many wait.
   */
  async create(
    actor: Actor,
    principal: Principal,
    request: SubscriptionRequest,
  ): Promise<{ subscription: S; apiKey: string }> {
    const { store, unitOfWork, keyPrefix } = this.#options;
    const plan = await this.#plan(request);
    if ((await store.countPending(principal.subject)) >= MAX_PENDING) {
      throw new StoaError(
        'stoa.rate_limited',
        `You have ${MAX_PENDING} requests waiting. Wait for decisions, or cancel some.`,
      );
    }
    const key = generateKey(keyPrefix);
    const id = uuid();
    const status: SubscriptionState = approvesItself(
      plan,
      principal,
      request.tenantId,
    )
      ? 'active'
      : 'pending';
    try {
      await unitOfWork.run(actor, async tx => {
        await request.guard?.(tx.db);
        await store.insert(
          tx,
          {
            id,
            tenantId: request.tenantId,
            subscriberId: principal.subject,
            plan: plan.id,
            rateLimit: plan.rate_limit_per_minute,
            burst: plan.burst,
            keyHash: key.hash,
            keyPrefix: key.prefix,
            status,
            reason: request.reason,
          },
          request.to,
        );
        const subscription = await store.get(id, tx.db);
        await recordChange(tx, this.#options, subscription!, {
          action: 'stoa.subscription.create',
          event: 'subscription-created',
          status,
          version: 1,
          reason: request.reason,
        });
        // Nobody has asked about the key yet; about the subscriber somebody may have.
        if (status === 'active')
          await tx.feed(...this.#options.affects(subscription!));
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new StoaError('stoa.subscription.exists', this.#options.taken);
    }
    return { subscription: await this.get(id), apiKey: key.plain };
  }

  /** Throws `stoa.subscription.illegal_transition` naming the state that does not allow the move. */
  async move(
    actor: Actor,
    id: string,
    name: MoveName,
    how: { readonly reason?: string; readonly expiresAt?: string } = {},
  ): Promise<S> {
    const { store, unitOfWork, affects } = this.#options;
    const subscription = await this.get(id);
    const move = MOVES[name];
    await unitOfWork.run(actor, async tx => {
      const version = await store.move(tx, subscription, name, how);
      if (version === undefined) {
        const current = await store.statusOf(id, tx.db);
        throw illegal(current, name);
      }
      await recordChange(tx, this.#options, subscription, {
        action: ACTION_OF[name],
        event: move.event,
        status: move.to,
        version,
        reason: how.reason,
      });
      // Gateways ask anew: a key that was waiting works at once, one that died stops at once.
      await tx.feed(
        ...keysOf(subscription, move.kills ? 'delete' : 'put'),
        ...affects(subscription),
      );
    });
    return this.get(id);
  }

  async #plan(request: SubscriptionRequest): Promise<PlanTerms> {
    const { tenantId, offered } = request;
    const plan = await this.#options.plans.get(tenantId, request.plan);
    if (plan && (offered.length === 0 || offered.includes(plan.id)))
      return plan;
    const message = this.#options.notOffered;
    throw new StoaError('stoa.validation', `plan: ${message}`, {
      details: [{ field: 'plan', message }],
    });
  }
}

/** A plan that wants no approval, or one whose roles the subscriber holds in the tenant. */
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
