import { StoaError } from '@stoa/plugin-stoa-common';
import { LRUCache } from 'lru-cache';
import { StepConfig } from '../apiPolicies';

type Settings = StepConfig<'circuit-breaker'>;

/** What became of a call that was let through. */
export type Outcome = 'answered' | 'failed' | 'unknown';

interface Circuit {
  /** Calls and failures by second. */
  readonly seconds: Map<number, { calls: number; failures: number }>;
  /** Milliseconds; nobody is let through before. */
  openUntil: number;
  /** It was open: one call tries, the others wait for what becomes of it. */
  state: 'closed' | 'open' | 'trying';
}

const MAX_CIRCUITS = 10_000;

/**
 * Keeps calls away from a backend that has just failed too often, so that it can
 * recover and its callers are not kept waiting. After a while one call tries; what
 * becomes of it decides for all.
 */
export class CircuitBreakers {
  readonly #circuits = new LRUCache<string, Circuit>({ max: MAX_CIRCUITS });
  readonly #now: () => number;

  constructor(options: { readonly now?: () => number } = {}) {
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Lets one call through; tell what became of it by calling the result, once.
   * Throws `stoa.unavailable` while the circuit of `name` is open.
   */
  enter(name: string, settings: Settings): (outcome: Outcome) => void {
    const circuit = this.#circuit(name);
    if (circuit.state !== 'closed') {
      if (circuit.state === 'trying' || this.#now() < circuit.openUntil) {
        throw new StoaError(
          'stoa.unavailable',
          'The backend of this API has failed too often; it is tried again in a moment.',
        );
      }
      circuit.state = 'trying';
      return outcome => this.#tried(circuit, outcome, settings);
    }
    return outcome => {
      if (outcome !== 'unknown') this.#count(circuit, outcome, settings);
    };
  }

  #circuit(name: string): Circuit {
    let circuit = this.#circuits.get(name);
    if (!circuit) {
      circuit = { seconds: new Map(), openUntil: 0, state: 'closed' };
      this.#circuits.set(name, circuit);
    }
    return circuit;
  }

  #tried(circuit: Circuit, outcome: Outcome, settings: Settings): void {
    if (outcome === 'answered') {
      circuit.seconds.clear();
      circuit.state = 'closed';
    } else if (outcome === 'failed') {
      this.#open(circuit, settings);
    } else {
      // The caller left before anything could be said: the next one tries.
      circuit.state = 'open';
    }
  }

  #count(circuit: Circuit, outcome: Outcome, settings: Settings): void {
    // What was on its way when the circuit opened says nothing new.
    if (circuit.state !== 'closed') return;
    const { seconds } = circuit;
    const second = Math.floor(this.#now() / 1000);
    let current = seconds.get(second);
    if (!current) {
      for (const old of seconds.keys()) {
        if (old <= second - settings.windowSeconds) seconds.delete(old);
      }
      current = { calls: 0, failures: 0 };
      seconds.set(second, current);
    }
    current.calls++;
    if (outcome !== 'failed') return;
    current.failures++;
    let calls = 0;
    let failures = 0;
    for (const [at, counted] of seconds) {
      if (at <= second - settings.windowSeconds) continue;
      calls += counted.calls;
      failures += counted.failures;
    }
    const tooMany =
      calls >= settings.minimumCalls &&
      failures / calls >= settings.failureRate;
    if (tooMany) this.#open(circuit, settings);
  }

  #open(circuit: Circuit, { openSeconds }: Settings): void {
    circuit.seconds.clear();
    circuit.state = 'open';
    circuit.openUntil = this.#now() + openSeconds * 1000;
  }
}
