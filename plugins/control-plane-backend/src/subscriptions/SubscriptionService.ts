import {
  API_KEY_PREFIX,
  Principal,
  StoaError,
  notFound,
} from '@stoa/plugin-stoa-common';
import { ApiStore } from '../apis/ApiStore';
import { ApplicationService } from '../applications/ApplicationService';
import { Actor, FeedInput, UnitOfWork } from '../database/UnitOfWork';
import { PlanStore } from '../plans/PlanStore';
import { checkApplicationQuota } from '../tenants/usage';
import { SubscriptionLife, SubscriptionLifeOptions } from './SubscriptionLife';
import { SubscriptionRecord, SubscriptionStore } from './SubscriptionStore';
import { SubscriptionTerm } from './SubscriptionTerm';

export interface SubscriptionServiceOptions {
  readonly unitOfWork: UnitOfWork;
  readonly store: SubscriptionStore;
  readonly apis: ApiStore;
  readonly applications: ApplicationService;
  readonly plans: PlanStore;
}

/** Who calls with a token: the subscriber, and the application's client. */
function callersOf(subscription: SubscriptionRecord): FeedInput[] {
  const { tenantId, subscriberId, clientId } = subscription;
  const names = [
    `subject:${subscriberId}`,
    ...(clientId ? [`client:${clientId}`] : []),
  ];
  return names.map(key => ({ tenantId, kind: 'subscription', op: 'put', key }));
}

/** Subscriptions of applications to APIs. */
export class SubscriptionService {
  readonly #options: SubscriptionServiceOptions;
  readonly life: SubscriptionLife<SubscriptionRecord>;
  readonly term: SubscriptionTerm<SubscriptionRecord>;

  constructor(options: SubscriptionServiceOptions) {
    this.#options = options;
    const kind: SubscriptionLifeOptions<SubscriptionRecord> = {
      ...options,
      keyPrefix: API_KEY_PREFIX,
      facts: s => ({ api_id: s.apiId, application_id: s.applicationId }),
      affects: callersOf,
      taken:
        'The application is subscribed to this API already, or has asked to be.',
      notOffered: 'is not a plan of this API',
    };
    this.life = new SubscriptionLife(kind);
    this.term = new SubscriptionTerm(this.life, kind);
  }

  /** As `SubscriptionLife.create`; throws `stoa.conflict` for an API that is not published. */
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
    const { apis, applications } = this.#options;
    const api = await apis.get(input.tenant_id, input.api_id);
    if (!api) throw notFound('API');
    if (api.status !== 'published') {
      throw new StoaError(
        'stoa.conflict',
        `The API is ${api.status}; only a published one takes subscriptions.`,
      );
    }
    const application = await applications.get(input.application_id);
    return this.life.create(actor, principal, {
      tenantId: api.tenantId,
      plan: input.plan,
      offered: api.plans,
      reason: input.reason,
      to: { application_id: application.id, api_id: api.apiId },
      guard: trx => checkApplicationQuota(trx, api.tenantId, application.id),
    });
  }
}
