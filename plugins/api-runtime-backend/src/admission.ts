import { StoaError } from '@stoa/plugin-stoa-common';
import { FailureLimiter, Route, TooMany } from '@stoa/plugin-stoa-node';
import { readKeyHash, unknownKey } from './credentials';
import { KeyCache, KeyFacts } from './keys';

/** Says whose key a call carries, and whether it opens the route now. */
export class Admission {
  readonly #keys: KeyCache;
  readonly #failures: FailureLimiter;

  constructor(options: { keys: KeyCache; failures: FailureLimiter }) {
    this.#keys = options.keys;
    this.#failures = options.failures;
  }

  /**
   * The facts of the key. Throws `stoa.two_credentials`; `stoa.key.unknown` for no
   * key, a malformed, an unknown one, and one of another API; `stoa.key.not_active`
   * telling the state; `stoa.rate_limited` after too many unknown keys from `source`;
   * `stoa.unavailable` when nobody can tell.
   */
  async admit(
    rawHeaders: readonly string[],
    options: { route: Route; source: string },
  ): Promise<KeyFacts> {
    const { route, source } = options;
    const hash = readKeyHash(rawHeaders);
    const facts = this.#keys.peek(hash) ?? (await this.#find(hash, source));
    if (facts.tenantId !== route.tenantId || facts.apiId !== route.apiId) {
      throw unknownKey();
    }
    const state =
      facts.expiresAt !== undefined && facts.expiresAt <= Date.now()
        ? 'expired'
        : facts.status;
    if (state !== 'active') {
      throw new StoaError(
        'stoa.key.not_active',
        `The subscription of this key is ${state}.`,
        { details: { status: state } },
      );
    }
    return facts;
  }

  /** Keys that work are not held up by a neighbour's guesses: only what must be asked about is. */
  async #find(hash: string, source: string): Promise<KeyFacts> {
    const wait = this.#failures.blockedFor(source);
    if (wait > 0) {
      throw new TooMany('Too many unknown keys came from this address.', wait);
    }
    const facts = await this.#keys.find(hash);
    if (!facts) {
      this.#failures.failed(source);
      throw unknownKey();
    }
    return facts;
  }
}
