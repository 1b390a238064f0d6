import { StoaError } from '@stoa/plugin-stoa-common';
import {
  FailureLimiter,
  LookupCache,
  Route,
  StepConfig,
  TokenService,
  TooMany,
} from '@stoa/plugin-stoa-node';
import { CallerFacts } from './callers';
import { readCredential, unknownKey, unknownToken } from './credentials';
import { KeyCache, KeyFacts } from './keys';

/** Somebody who may call, and the subscription that lets them. */
export interface Caller {
  readonly facts: KeyFacts;
  /** The person or program that a token speaks for; of a key, who subscribed. */
  readonly subject: string;
  readonly clientId?: string;
}

export interface AdmissionOptions {
  readonly keys: KeyCache;
  readonly tokens: TokenService;
  /** By `client:<client id>` and `subject:<subject>`. */
  readonly callers: LookupCache<CallerFacts>;
  readonly failures: FailureLimiter;
  /** What a token for all routes is meant for: where the gateway is reached, with `/gateway`. */
  readonly audience: string;
}

/** Says whose credential a call carries, and whether it opens the route now. */
export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /**
   * Throws `stoa.two_credentials`; `stoa.key.unknown` for no credential, a malformed
   * one, an unknown key, and one of another API; `stoa.unauthenticated` for a token
   * that is not good for the route; `stoa.key.not_active` telling the state;
   * `stoa.forbidden` for a token without a subscription or the scopes that the route
   * asks for; `stoa.rate_limited` after too many unknown keys from `source`;
   * `stoa.unavailable` when nobody can tell.
   */
  async admit(
    rawHeaders: readonly string[],
    options: {
      route: Route;
      tokens: StepConfig<'jwt-validation'> | undefined;
      source: string;
    },
  ): Promise<Caller> {
    const { route, tokens, source } = options;
    const credential = readCredential(rawHeaders);
    if (credential.kind === 'token') {
      if (!tokens) throw unknownKey();
      return this.#byToken(credential.token, route, tokens);
    }
    if (tokens?.apiKey === 'refused') throw unknownToken();
    const { keys } = this.#options;
    const facts =
      keys.peek(credential.hash) ?? (await this.#find(credential.hash, source));
    if (!isFor(facts, route)) throw unknownKey();
    const state = isOver(facts) ? 'expired' : facts.status;
    if (state !== 'active') {
      throw new StoaError(
        'stoa.key.not_active',
        `The subscription of this key is ${state}.`,
        { details: { status: state } },
      );
    }
    return { facts, subject: facts.subscriberId };
  }

  /** By a subscription of the client's application; else by one of the person who signed in. */
  async #byToken(
    token: string,
    route: Route,
    config: StepConfig<'jwt-validation'>,
  ): Promise<Caller> {
    const { audience } = this.#options;
    const { subject, clientId, scopes } = await this.#options.tokens.verify(
      token,
      config.audiences
        ? { audiences: config.audiences, sessions: false }
        : {
            audiences: [audience, `${audience}/${route.key}`],
            platform: true,
            sessions: false,
          },
    );
    const missing = config.scopes.filter(scope => !scopes.includes(scope));
    if (missing.length > 0) {
      throw new StoaError(
        'stoa.forbidden',
        `The access token lacks ${missing.join(', ')}.`,
        {
          details: {
            rule: 'scope',
            missing: missing.map(scope => `scope:${scope}`),
          },
        },
      );
    }
    const names = [
      ...(clientId === undefined ? [] : [`client:${clientId}`]),
      `subject:${subject}`,
    ];
    for (const name of names) {
      const facts = await this.#subscriptionOf(name, route);
      if (facts) return { facts, subject, clientId };
    }
    throw new StoaError(
      'stoa.forbidden',
      'There is no active subscription to this API for this access token.',
      { details: { rule: 'subscription', missing: ['subscription'] } },
    );
  }

  async #subscriptionOf(
    name: string,
    route: Route,
  ): Promise<KeyFacts | undefined> {
    const { callers } = this.#options;
    const known = callers.peek(name) ?? (await callers.find(name));
    return known?.subscriptions.find(
      facts => isFor(facts, route) && !isOver(facts),
    );
  }

  /** Keys that work are not held up by a neighbour's guesses: only what must be asked about is. */
  async #find(hash: string, source: string): Promise<KeyFacts> {
    const { keys, failures } = this.#options;
    const wait = failures.blockedFor(source);
    if (wait > 0) {
      throw new TooMany('Too many unknown keys came from this address.', wait);
    }
    const facts = await keys.find(hash);
    if (!facts) {
      failures.failed(source);
      throw unknownKey();
    }
    return facts;
  }
}

function isFor({ tenantId, apiId }: KeyFacts, route: Route): boolean {
  return tenantId === route.tenantId && apiId === route.apiId;
}

function isOver({ expiresAt }: KeyFacts): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}
