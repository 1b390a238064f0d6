import { StoaError } from '@stoa/plugin-stoa-common';
import { Dialler, DiallerService } from '@stoa/plugin-stoa-node';
import { Agent } from 'undici';
import { RuntimeConfig } from './config';
import { Route } from './routes';

/**
 * Connections to backends, and how many calls each has: one pool per backend, so
 * that one that hangs holds up nobody else's calls.
 */
export class Backends {
  readonly #diallers: DiallerService;
  readonly #config: RuntimeConfig;
  readonly #agents = new Map<Dialler, Agent>();
  readonly #calls = new Map<string, number>();
  #total = 0;

  constructor(options: { diallers: DiallerService; config: RuntimeConfig }) {
    this.#diallers = options.diallers;
    this.#config = options.config;
  }

  /** Takes a place for one call; give it back by calling the result, once. Throws `stoa.unavailable` when there is none. */
  enter({ origin }: Route): () => void {
    const calls = this.#calls.get(origin) ?? 0;
    const { maxInFlight, maxInFlightPerBackend } = this.#config;
    if (this.#total >= maxInFlight || calls >= maxInFlightPerBackend) {
      throw new StoaError(
        'stoa.unavailable',
        'Too many calls are being served; try again in a moment.',
      );
    }
    this.#total++;
    this.#calls.set(origin, calls + 1);
    return () => {
      this.#total--;
      const left = (this.#calls.get(origin) ?? 1) - 1;
      if (left > 0) this.#calls.set(origin, left);
      else this.#calls.delete(origin);
    };
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
