import { LoggerService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { Carrier, Channel, Lane } from './Lane';
import { Leases } from './Leases';
import { Poller } from './Poller';

const POLL_MS = 250;

/**
 * Carries outbox rows to where they go: at least once, in order within a tenant
 * and channel. Rows are claimed by state, because ids do not commit in order; a
 * lease per partition keeps one relay at a time on a tenant. A row that fails
 * holds back its tenant's channel only, is tried again with backoff, and after
 * five tries is set aside as `dead` with its reason. What only has to wait, for a
 * broker that is away, waits for as long as it takes.
 */
export class Relay {
  readonly #leases: Leases;
  readonly #renewal: Poller;
  readonly #lanes: readonly Poller[];

  constructor(options: {
    knex: Knex;
    carriers: Readonly<Record<Channel, Carrier>>;
    logger: LoggerService;
    /** Must differ between processes that share a database. */
    owner: string;
  }) {
    const { knex, owner, logger, carriers } = options;
    const leases = new Leases(knex, owner);
    const onError = (error: Error) =>
      logger.error('The outbox relay could not read its rows', error);
    this.#leases = leases;
    this.#renewal = new Poller({
      everyMs: leases.everyMs,
      work: async () => {
        const before = leases.held.length;
        await leases.renew();
        if (leases.held.length > before) this.poke();
        return 0;
      },
      onError,
    });
    this.#lanes = (Object.keys(carriers) as Channel[]).map(channel => {
      const carrier = carriers[channel];
      const lane = new Lane({ ...options, channel, carrier, leases });
      return new Poller({
        everyMs: POLL_MS,
        work: () => lane.carry(),
        onError,
      });
    });
  }

  start(): void {
    this.#renewal.start();
    for (const lane of this.#lanes) lane.start();
  }

  /** Says that there is work; cheap, may be called for every commit. */
  poke(): void {
    for (const lane of this.#lanes) lane.poke();
  }

  /** Finishes the batches in hand and gives the leases back. */
  async stop(): Promise<void> {
    await Promise.all(this.#lanes.map(lane => lane.stop()));
    await this.#renewal.stop();
    await this.#leases.giveBack();
  }
}
