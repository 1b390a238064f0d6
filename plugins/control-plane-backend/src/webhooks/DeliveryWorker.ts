import { LoggerService } from '@backstage/backend-plugin-api';
import { DiallerService, Sealer } from '@stoa/plugin-stoa-node';
import { ClaimedDelivery, DeliveryStore } from './DeliveryStore';
import { secretContext } from './secret';
import { Outcome, sendWebhook } from './sendWebhook';

const POLL_MS = 500;
/** Deliveries on their way at once, in all and of one tenant: a slow receiver holds up its own tenant only. */
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
  readonly #underWay = new Set<{ tenantId: string; done: Promise<void> }>();
  #running = false;
  #poked = false;
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;

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
  }

  start(): void {
    this.#running = true;
    this.#loop = this.#run();
  }

  /** Says that something is due; cheap. */
  poke(): void {
    this.#poked = true;
    this.#wake?.();
  }

  /** Takes nothing more and waits for what is on its way: as long as one attempt may take. */
  async stop(): Promise<void> {
    this.#running = false;
    this.poke();
    await this.#loop;
    await Promise.all([...this.#underWay].map(({ done }) => done));
  }

  async #run(): Promise<void> {
    while (this.#running) {
      let taken = 0;
      this.#poked = false;
      try {
        taken = await this.#take();
      } catch (error) {
        this.#logger.error(
          'Deliveries of webhooks cannot be read',
          error as Error,
        );
      }
      if (taken === 0 && !this.#poked && this.#running) await this.#sleep();
    }
  }

  async #sleep(): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  async #take(): Promise<number> {
    const free = SLOTS - this.#underWay.size;
    if (free <= 0) return 0;
    const claimed = await this.#deliveries.claim(
      Math.min(free, BATCH),
      this.#busyTenants(),
    );
    for (const delivery of claimed) {
      const { tenantId } = delivery;
      const entry = { tenantId, done: this.#deliver(delivery) };
      this.#underWay.add(entry);
      void entry.done.then(() => {
        this.#underWay.delete(entry);
        this.poke();
      });
    }
    return claimed.length;
  }

  #busyTenants(): string[] {
    const counts = new Map<string, number>();
    for (const { tenantId } of this.#underWay) {
      counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1);
    }
    return [...counts]
      .filter(([, count]) => count >= SLOTS_PER_TENANT)
      .map(([tenantId]) => tenantId);
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
