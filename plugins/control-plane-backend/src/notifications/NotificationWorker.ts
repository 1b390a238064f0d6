import { LoggerService } from '@backstage/backend-plugin-api';
import { Places } from '../outbox/Places';
import { Poller } from '../outbox/Poller';
import { ClaimedNotification, NotificationStore } from './NotificationStore';
import { Notifier } from './Notifier';
import { SendError } from './SendError';

const POLL_MS = 500;
/** On their way at once, in all and of one tenant; mail servers take few connections. */
const TOTAL = 16;
const PER_TENANT = 8;
const BATCH = 4;

/**
 * Tells people what is due. Several processes may do so: each delivery is claimed
 * for a while, and whatever a process that died had in hand is due again when its
 * claim ends.
 */
export class NotificationWorker {
  readonly #store: NotificationStore;
  readonly #notifier: Notifier;
  readonly #logger: LoggerService;
  readonly #places = new Places({ total: TOTAL, perTenant: PER_TENANT });
  readonly #poller: Poller;

  constructor(options: {
    store: NotificationStore;
    notifier: Notifier;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#notifier = options.notifier;
    this.#logger = options.logger;
    this.#poller = new Poller({
      everyMs: POLL_MS,
      work: () => this.#take(),
      onError: error =>
        this.#logger.error('Notifications cannot be read', error),
    });
  }

  start(): void {
    this.#poller.start();
  }

  /** Says that something is due; cheap. */
  poke(): void {
    this.#poller.poke();
  }

  /** Takes nothing more and waits for what is on its way. */
  async stop(): Promise<void> {
    await this.#poller.stop();
    await this.#places.allDone();
  }

  async #take(): Promise<number> {
    const { free, busyTenants } = this.#places;
    if (free === 0) return 0;
    const claimed = await this.#store.claim(Math.min(free, BATCH), busyTenants);
    for (const one of claimed) {
      this.#places.take(one.notice.tenantId, this.#deliver(one), () =>
        this.poke(),
      );
    }
    return claimed.length;
  }

  /** Never rejects: what could not be written down is due again when the claim ends. */
  async #deliver(claimed: ClaimedNotification): Promise<void> {
    try {
      const further = await this.#notifier.perform(claimed);
      await this.#store.sent(claimed, further);
    } catch (error) {
      await this.#failed(claimed, error as Error).catch(cause =>
        this.#logger.error(
          'The outcome of a notification cannot be written down',
          cause,
        ),
      );
    }
  }

  async #failed(claimed: ClaimedNotification, error: Error): Promise<void> {
    const told = error instanceof SendError;
    const reason = told ? error.message : error.name;
    const dead = await this.#store.failed(claimed, reason, told && error.final);
    const { id, channel, notice } = claimed;
    this.#logger.warn(
      dead ? 'A notification was given up' : 'A notification waits',
      { notification: id, channel, tenant: notice.tenantId, reason },
    );
  }
}
