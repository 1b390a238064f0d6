import { LoggerService } from '@backstage/backend-plugin-api';
import { DiallerService, Sealer, SecretStore } from '@stoa/plugin-stoa-node';
import { UnitOfWork } from '../database/UnitOfWork';
import { Routes } from '../http/route';
import { Inbox } from '../outbox/Inbox';
import { TenantStore } from '../tenants/TenantStore';
import { consumeEvents } from './consumeEvents';
import { DeliveryStore } from './DeliveryStore';
import { DeliveryWorker } from './DeliveryWorker';
import { webhookRoutes } from './routes';
import { WebhookService } from './WebhookService';
import { WebhookStore } from './WebhookStore';

/** A webhook that was deleted is kept while an event may be on its way to it. */
const DELETED_MS = 3_600_000;

export interface Webhooks {
  readonly routes: Routes;
  readonly worker: DeliveryWorker;
  /** Forgets webhooks that were deleted, with their deliveries. */
  readonly sweep: () => Promise<void>;
}

/** Tells receivers that tenants name what happens to their things. */
export function createWebhooks(options: {
  readonly unitOfWork: UnitOfWork;
  readonly tenants: TenantStore;
  readonly bus: Inbox;
  readonly secrets: SecretStore;
  readonly dialler: DiallerService;
  readonly logger: LoggerService;
}): Webhooks {
  const { unitOfWork, tenants, bus, dialler, logger } = options;
  const webhooks = new WebhookStore(unitOfWork.knex);
  const deliveries = new DeliveryStore(unitOfWork.knex);
  const sealer = new Sealer(options.secrets);
  const worker = new DeliveryWorker({ deliveries, dialler, sealer, logger });
  const onDue = () => worker.poke();
  consumeEvents({ bus, webhooks, deliveries, onDue });
  const service = new WebhookService({
    unitOfWork,
    webhooks,
    deliveries,
    tenants,
    sealer,
    dialler,
    onDue,
  });
  return {
    routes: webhookRoutes(service),
    worker,
    sweep: async () => {
      await deliveries.sweep();
      await webhooks.sweep(new Date(Date.now() - DELETED_MS).toISOString());
    },
  };
}
