import {
  AuthService,
  coreServices,
  createServiceFactory,
  createServiceRef,
  DiscoveryService,
  RootConfigService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import {
  FINE_SCOPES,
  GATEWAY_SCOPE,
  isWellFormedKey,
  KEYS_VALIDATE_SCOPE,
  Principal,
  StoaError,
} from '@stoa/plugin-stoa-common';
import type { Request } from 'express';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { bearerToken, unauthenticated } from './credentials';
import { grantsFromOwnershipRefs } from './grants';
import { DEV_IDENTITY_PLUGIN_ID, Issuer, readIssuers } from './issuers';
import { DiallerService, diallerServiceRef } from '../net/diallerService';
import { Fetch, OidcTokenVerifier } from './OidcTokenVerifier';
import {
  PrincipalService,
  TokenPurpose,
  TokenService,
} from './PrincipalService';

/** What each plugin of this process needs from the control plane; any other plugin gets no scope. */
const PLUGIN_SCOPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['plugin:api-runtime', [GATEWAY_SCOPE, KEYS_VALIDATE_SCOPE]],
  ['plugin:mcp-gateway', [GATEWAY_SCOPE, KEYS_VALIDATE_SCOPE]],
  ['plugin:catalog', [GATEWAY_SCOPE]],
]);

const USER_REF = /^user:default\/([^/]+)$/;
/** What Backstage throws for a credential it refuses; anything else is a failure to decide. */
const REFUSALS = new Set(['AuthenticationError', 'NotAllowedError']);

/** How long a verified token is believed without looking again. Short: revoked rights must be gone within a second or two. */
const CACHE_MS = 1_000;
const CACHE_ENTRIES = 2_000;

export interface DefaultPrincipalServiceOptions {
  /** How sessions of the web interface are checked; without it there are none. */
  readonly sessions?: {
    readonly auth: AuthService;
    readonly userInfo: UserInfoService;
  };
  readonly issuers: readonly Issuer[];
  readonly fetch: Fetch;
  /** Reaches the issuer inside this process, as one plugin reaches another; `fetch` when absent. */
  readonly embeddedFetch?: Fetch;
  /** See `OidcTokenVerifierOptions`. */
  readonly jwksCooldown?: number;
}

export class DefaultPrincipalService implements PrincipalService, TokenService {
  readonly #sessions: DefaultPrincipalServiceOptions['sessions'];
  readonly #verifiers: ReadonlyMap<
    string,
    { readonly issuer: Issuer; readonly verifier: OidcTokenVerifier }
  >;
  readonly #verified = new LRUCache<string, Promise<Principal>>({
    max: CACHE_ENTRIES,
    ttl: CACHE_MS,
    perf: { now: () => performance.now() },
  });

  constructor(options: DefaultPrincipalServiceOptions) {
    this.#sessions = options.sessions;
    this.#verifiers = new Map(
      options.issuers.map(issuer => [
        issuer.issuer,
        {
          issuer,
          verifier: new OidcTokenVerifier({
            issuer,
            fetch: (issuer.embedded && options.embeddedFetch) || options.fetch,
            jwksCooldown: options.jwksCooldown,
          }),
        },
      ]),
    );
  }

  async authenticate(request: Request): Promise<Principal> {
    return this.verify(bearerToken(request));
  }

  /** Without a purpose: for the control plane, by a token for it, a session or a plugin. */
  async verify(token: string, purpose?: TokenPurpose): Promise<Principal> {
    if (isWellFormedKey(token)) throw unauthenticated();

    // Keyed by hash, so that a dump of the memory shows no usable token.
    const key = hash('sha256', JSON.stringify([purpose, token]), 'base64');
    const known = this.#verified.get(key);
    if (known) return known;
    const verified = this.#verify(token, purpose);
    this.#verified.set(key, verified);
    verified.catch(() => this.#verified.delete(key));
    return verified;
  }

  /** Which verifier is asked is decided by the unverified `iss`; the one asked then checks everything, `iss` too. */
  async #verify(token: string, purpose?: TokenPurpose): Promise<Principal> {
    const known = this.#verifiers.get(unverifiedClaims(token).iss ?? '');
    if (!known) return this.#verifyBackstage(token, purpose);
    const { issuer, verifier } = known;
    return verifier.verify(
      token,
      purpose && [
        ...purpose.audiences,
        ...(purpose.platform ? issuer.audiences : issuer.mcpAudiences ?? []),
      ],
    );
  }

  async #verifyBackstage(
    token: string,
    purpose?: TokenPurpose,
  ): Promise<Principal> {
    if (!this.#sessions || purpose?.sessions === false) throw unauthenticated();
    const { auth, userInfo } = this.#sessions;
    try {
      const credentials = await auth.authenticate(token);
      if (!purpose && auth.isPrincipal(credentials, 'service')) {
        return servicePrincipal(credentials.principal.subject);
      }
      if (auth.isPrincipal(credentials, 'user')) {
        const info = await userInfo.getUserInfo(credentials);
        return userPrincipal(info, token);
      }
    } catch (error) {
      if (error instanceof StoaError) throw error;
      if (!isError(error) || !REFUSALS.has(error.name)) {
        throw new StoaError(
          'stoa.unavailable',
          'The session cannot be checked just now. Try again.',
          { cause: error },
        );
      }
    }
    throw unauthenticated();
  }
}

/** `external:` subjects (static tokens in the configuration) are not plugins, and nobody here. */
function servicePrincipal(subject: string): Principal {
  if (!subject.startsWith('plugin:')) throw unauthenticated();
  return {
    subject,
    kind: 'service',
    platformAdmin: false,
    grants: {},
    scopes: PLUGIN_SCOPES.get(subject) ?? [],
  };
}

/** A session of the web interface: every scope, so that roles alone decide. */
function userPrincipal(
  info: { userEntityRef: string; ownershipEntityRefs: string[] },
  token: string,
): Principal {
  const subject = USER_REF.exec(info.userEntityRef)?.[1];
  if (!subject) throw unauthenticated();
  // The sign-in resolver adds both claims; a token on behalf of a user lacks them.
  const { name, email } = unverifiedClaims(token);
  return {
    subject,
    kind: 'user',
    ...(typeof name === 'string' && { name }),
    ...(typeof email === 'string' && { email }),
    ...grantsFromOwnershipRefs(info.ownershipEntityRefs),
    scopes: FINE_SCOPES,
  };
}

function unverifiedClaims(token: string) {
  try {
    return decodeJwt<{ name?: unknown; email?: unknown }>(token);
  } catch {
    return {};
  }
}

const deps = {
  auth: coreServices.auth,
  userInfo: coreServices.userInfo,
  config: coreServices.rootConfig,
  discovery: coreServices.discovery,
  dialler: diallerServiceRef,
};

async function withSessions(services: {
  auth: AuthService;
  userInfo: UserInfoService;
  config: RootConfigService;
  discovery: DiscoveryService;
  dialler: DiallerService;
}): Promise<DefaultPrincipalService> {
  const { auth, userInfo, config, discovery, dialler } = services;
  const internal = await discovery.getBaseUrl(DEV_IDENTITY_PLUGIN_ID);
  return new DefaultPrincipalService({
    sessions: { auth, userInfo },
    issuers: readIssuers(config).map(issuer =>
      issuer.embedded ? { ...issuer, jwksUri: `${internal}/jwks` } : issuer,
    ),
    fetch: keysFetch(dialler),
    embeddedFetch: (url, init) => fetch(url, init),
  });
}

/** Authenticates the requests of the plugin that asks for it. */
export const principalServiceRef = createServiceRef<PrincipalService>({
  id: 'stoa.principal',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({ service, deps, factory: withSessions }),
});

/** Checks tokens for what is a resource of its own. A process without sessions replaces it. */
export const tokenServiceRef = createServiceRef<TokenService>({
  id: 'stoa.tokens',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({ service, deps, factory: withSessions }),
});

/** Issuers outside are dialled like any address; a redirect is an answer, and not the one hoped for. */
export function keysFetch(dialler: DiallerService): Fetch {
  return async (url, init) => {
    const response = await dialler.forTenant().fetch(url, init);
    return new Response(response.body && (await response.text()), {
      status: response.status,
    });
  };
}
