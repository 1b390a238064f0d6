import { LoggerService } from '@backstage/backend-plugin-api';
import { DiallerService, Sealer } from '@stoa/plugin-stoa-node';
import { Places } from '../outbox/Places';
import { Poller } from '../outbox/Poller';
import { ClaimedDelivery, DeliveryStore } from './DeliveryStore';
import { secretContext } from './secret';
import { Outcome, sendWebhook } from './sendWebhook';

const POLL_MS = 500;
/** Deliveries on their way at once, in all and of one tenant. */
const SLOTS = 64;
const SLOTS_PER_TENANT = 8;
const BATCH = 4;

/**
 * Sends what is due. Several processes may do so: each delivery is claimed for a
 * while, and whatever a process that died had in hand is due again when its claim
 * ends. A receiver may thus see a delivery twice, always under the same id; no
 * order is kept.
 */
export class DeliveryWorker {
  readonly #deliveries: DeliveryStore;
  readonly #dialler: DiallerService;
  readonly #sealer: Sealer;
  readonly #logger: LoggerService;
  readonly #places = new Places({
    total: SLOTS,
    perTenant: SLOTS_PER_TENANT,
  });
  readonly #poller: Poller;

  constructor(options: {
    deliveries: DeliveryStore;
    dialler: DiallerService;
    sealer: Sealer;
    logger: LoggerService;
  }) {
    this.#deliveries = options.deliveries;
    this.#dialler = options.dialler;
    this.#sealer = options.sealer;
    this.#logger = options.logger;
    this.#poller = new Poller({
      everyMs: POLL_MS,
      work: () => this.#take(),
      onError: error =>
        this.#logger.error('Deliveries of webhooks cannot be read', error),
    });
  }

  start(): void {
    this.#poller.start();
  }

  /** Says that something is due; cheap. */
  poke(): void {
    this.#poller.poke();
  }

  /** Takes nothing more and waits for what is on its way: as long as one attempt may take. */
  async stop(): Promise<void> {
    await this.#poller.stop();
    await this.#places.allDone();
  }

  async #take(): Promise<number> {
    const { free, busyTenants } = this.#places;
    if (free === 0) return 0;
    const claimed = await this.#deliveries.claim(
      Math.min(free, BATCH),
      busyTenants,
    );
    for (const delivery of claimed) {
      this.#places.take(delivery.tenantId, this.#deliver(delivery), () =>
        this.poke(),
      );
    }
    return claimed.length;
  }

  /** Never rejects: what could not be written down is due again when the claim ends. */
  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    try {
      const outcome = await this.#send(delivery);
      const status = await this.#deliveries.record(delivery, outcome);
      if (status === 'dead') {
        const { id, webhookId, tenantId } = delivery;
        this.#logger.warn('A delivery of a webhook was given up', {
          delivery: id,
          webhook: webhookId,
          tenant: tenantId,
          reason: outcome.error ?? '',
        });
      }
    } catch (error) {
      this.#logger.error(
        'The outcome of a delivery cannot be written down',
        error as Error,
      );
    }
  }

  async #send(delivery: ClaimedDelivery): Promise<Outcome> {
    const { tenantId, webhookId, sealedSecret } = delivery;
    let secret: string;
    try {
      secret = await this.#sealer.open(sealedSecret, secretContext(webhookId));
    } catch (error) {
      this.#logger.error('The secret of a webhook cannot be read', {
        webhook: webhookId,
        message: (error as Error).message,
      });
      return { delivered: false, error: 'secret', durationMs: 0 };
    }
    return sendWebhook(this.#dialler.forTenant(tenantId), {
      url: delivery.url,
      secret,
      deliveryId: delivery.id,
      eventType: delivery.eventType,
      event: delivery.event,
    });
  }
}
