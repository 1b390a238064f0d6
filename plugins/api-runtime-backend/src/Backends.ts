import { StoaError } from '@stoa/plugin-stoa-common';
import { Dialler, DiallerService } from '@stoa/plugin-stoa-node';
import { Agent } from 'undici';
import { TooMany } from './admission';
import { RuntimeConfig } from './config';
import { KeyFacts } from './KeyCache';
import { Places } from './Places';
import { Route } from './routes';

/**
 * Connections to backends, and how many calls each has: one pool per backend, so
 * that one that hangs holds up nobody else's calls.
 */
export class Backends {
  readonly #diallers: DiallerService;
  readonly #config: RuntimeConfig;
  readonly #agents = new Map<Dialler, Agent>();
  readonly #places = new Places();

  constructor(options: { diallers: DiallerService; config: RuntimeConfig }) {
    this.#diallers = options.diallers;
    this.#config = options.config;
  }

  /**
   * Takes a place for one call; give it back by calling the result, once. Whoever is
   * slow holds a place for long, so no subscription may hold all those of a backend,
   * and no tenant all there are. Throws `stoa.rate_limited` when the subscription has
   * none left, `stoa.unavailable` when the others have taken them.
   */
  enter({ origin, tenantId }: Route, { subscriptionId }: KeyFacts): () => void {
    const { maxInFlight, maxInFlightPerBackend, maxInFlightPerSubscription } =
      this.#config;
    const subscription = `subscription ${subscriptionId}`;
    const place = this.#places.take([
      [subscription, maxInFlightPerSubscription],
      [`backend ${origin}`, maxInFlightPerBackend],
      [`tenant ${tenantId}`, Math.ceil(maxInFlight / 2)],
      ['all', maxInFlight],
    ]);
    if (typeof place === 'function') return place;
    throw place === subscription
      ? new TooMany(
          `This subscription has ${maxInFlightPerSubscription} calls under way already.`,
          1,
        )
      : new StoaError(
          'stoa.unavailable',
          'Too many calls are being served; try again in a moment.',
        );
  }

  /** The connections that the route's tenant may use. */
  agentFor({ tenantId }: Route): Agent {
    const dialler = this.#diallers.forTenant(tenantId);
    let agent = this.#agents.get(dialler);
    if (!agent) {
      agent = dialler.dispatcher({
        connections: this.#config.maxInFlightPerBackend,
        headersTimeout: this.#config.firstByteTimeoutMs,
        bodyTimeout: this.#config.idleTimeoutMs,
      });
      this.#agents.set(dialler, agent);
    }
    return agent;
  }

  /** Waits for calls that run, then closes all connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map(agent => agent.close()));
  }
}
