import { StoaError } from '@stoa/plugin-stoa-common';
import { Agent } from 'undici';
import { Places } from '../limits/Places';
import { TooMany } from '../limits/TooMany';
import { Dialler } from '../net/Dialler';
import { DiallerService } from '../net/diallerService';

/** How much backends may be asked at once, and how long they may take; times in milliseconds. */
export interface BackendLimits {
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** From the first byte to the backend until the last of its answer. */
  readonly totalTimeoutMs: number;
  readonly maxInFlight: number;
  readonly maxInFlightPerBackend: number;
  /** Calls at once of one subscription, or of one person without. */
  readonly maxInFlightPerSubscription: number;
}

/** A service that somebody's calls go to. */
export interface Backend {
  readonly tenantId: string;
  /** `http(s)://host[:port]`. */
  readonly origin: string;
}

/**
 * Connections to backends, and how many calls each has: one pool per backend, so
 * that one that hangs holds up nobody else's calls.
 */
export class Backends {
  readonly #diallers: DiallerService;
  readonly #config: BackendLimits;
  readonly #agents = new Map<Dialler, Agent>();
  readonly #places = new Places();

  constructor(options: { diallers: DiallerService; config: BackendLimits }) {
    this.#diallers = options.diallers;
    this.#config = options.config;
  }

  /**
   * Takes a place for one call; give it back by calling the result, once. Whoever is
   * slow holds a place for long, so no `holder` (a subscription or a person) may hold
   * all those of a backend, and no tenant all there are. Throws `stoa.rate_limited`
   * when the holder has none left, `stoa.unavailable` when the others have taken them.
   */
  enter({ origin, tenantId }: Backend, holder: string): () => void {
    const { maxInFlight, maxInFlightPerBackend, maxInFlightPerSubscription } =
      this.#config;
    const place = this.#places.take([
      [holder, maxInFlightPerSubscription],
      [`backend ${origin}`, maxInFlightPerBackend],
      [`tenant ${tenantId}`, Math.ceil(maxInFlight / 2)],
      ['all', maxInFlight],
    ]);
    if (typeof place === 'function') return place;
    throw place === holder
      ? new TooMany(
          `${maxInFlightPerSubscription} of your calls are under way already.`,
          1,
        )
      : new StoaError(
          'stoa.unavailable',
          'Too many calls are being served; try again in a moment.',
        );
  }

  /** The connections that the backend's tenant may use. */
  agentFor({ tenantId }: Backend): Agent {
    const dialler = this.#diallers.forTenant(tenantId);
    let agent = this.#agents.get(dialler);
    if (!agent) {
      agent = dialler.dispatcher({
        connections: this.#config.maxInFlightPerBackend,
        connectTimeout: this.#config.connectTimeoutMs,
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
