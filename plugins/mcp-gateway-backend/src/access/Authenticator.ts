import { Principal, StoaError } from '@stoa/plugin-stoa-common';
import {
  FailureLimiter,
  LookupCache,
  PolicyEngine,
  TokenService,
  TooMany,
} from '@stoa/plugin-stoa-node';
import { Access } from './Access';
import { Credential, readCredential, unauthenticated } from './credential';
import { KeyFacts, PersonFacts } from './facts';

export interface AuthenticatorOptions {
  readonly tokens: TokenService;
  readonly keys: LookupCache<KeyFacts>;
  readonly people: LookupCache<PersonFacts>;
  readonly failures: FailureLimiter;
  readonly policy: PolicyEngine;
}

/** What a key of a subscription may do, and nothing beside it. */
const KEY_SCOPES = ['stoa:tools:execute'];
/** As long as a verified token is believed. */
const DECIDED_MS = 1_000;

/** Finds out who calls, and what subscriptions they have. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  // Tokens are believed for a moment without another check, and give the same principal then.
  readonly #known = new WeakMap<Principal, [PersonFacts, Access]>();
  readonly #byFacts = new WeakMap<
    KeyFacts,
    { access: Access; until: number }
  >();

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /**
   * `audiences`: the addresses a token may be meant for. `sessions`: whether a
   * session of the web interface counts. `source`: where the caller sits. Throws
   * `stoa.unauthenticated`, `stoa.two_credentials`, `stoa.key.not_active`,
   * `stoa.rate_limited` after too many bad credentials, `stoa.unavailable`.
   */
  async authenticate(
    rawHeaders: readonly string[],
    options: {
      audiences: readonly string[];
      sessions: boolean;
      source: () => string;
    },
  ): Promise<Access> {
    const credential = readCredential(rawHeaders);
    return credential.kind === 'key'
      ? this.#byKey(credential, options.source)
      : this.#byToken(credential.token, options);
  }

  async #byKey(
    { hash }: Extract<Credential, { kind: 'key' }>,
    source: () => string,
  ): Promise<Access> {
    const { keys } = this.#options;
    const facts =
      keys.peek(hash) ?? (await this.#bounded(source, () => keys.find(hash)));
    if (!facts) throw unauthenticated();
    const { expiresAt } = facts.subscription;
    const state =
      expiresAt !== undefined && expiresAt <= Date.now()
        ? 'expired'
        : facts.status;
    if (state !== 'active') {
      throw new StoaError(
        'stoa.key.not_active',
        `The subscription of this key is ${state}.`,
        { details: { status: state } },
      );
    }
    return this.#accessOf(facts);
  }

  /** What was decided for a key holds for a moment, as long as what is known of the key does not change. */
  #accessOf(facts: KeyFacts): Access {
    const now = performance.now();
    const known = this.#byFacts.get(facts);
    if (known && now < known.until) return known.access;
    const access = new Access({
      principal: {
        subject: facts.subscriberId,
        kind: 'apiKey',
        platformAdmin: false,
        grants: {},
        scopes: KEY_SCOPES,
      },
      subscriptions: [facts.subscription],
      policy: this.#options.policy,
    });
    this.#byFacts.set(facts, { access, until: now + DECIDED_MS });
    return access;
  }

  async #byToken(
    token: string,
    options: {
      audiences: readonly string[];
      sessions: boolean;
      source: () => string;
    },
  ): Promise<Access> {
    const { tokens, people, policy } = this.#options;
    const principal = await tokens.verify(token, {
      audiences: options.audiences,
      sessions: options.sessions,
    });
    const facts =
      people.peek(principal.subject) ?? (await people.find(principal.subject));
    if (!facts) throw unauthenticated();
    const known = this.#known.get(principal);
    if (known?.[0] === facts) return known[1];
    const { subscriptions } = facts;
    const access = new Access({ principal, subscriptions, policy });
    this.#known.set(principal, [facts, access]);
    return access;
  }

  /** Keys that work are not held up by a neighbour's guesses: only what must be asked about is. */
  async #bounded<T>(
    source: () => string,
    find: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const { failures } = this.#options;
    const from = source();
    const wait = failures.blockedFor(from);
    if (wait > 0) {
      throw new TooMany('Too many unknown keys came from this address.', wait);
    }
    const found = await find();
    if (found === undefined) failures.failed(from);
    return found;
  }
}
