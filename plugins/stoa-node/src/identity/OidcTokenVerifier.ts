import {
  expandScopes,
  GATEWAY_SCOPE,
  KEYS_VALIDATE_SCOPE,
  Principal,
  StoaError,
} from '@stoa/plugin-stoa-common';
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  JWTPayload,
  jwtVerify,
  JWTVerifyGetKey,
  JWTVerifyResult,
} from 'jose';
import { clientIdOf, grantsFromClaims, subjectOf } from './claims';
import { unauthenticated } from './credentials';
import { Issuer } from './issuers';

/** What only a gateway may hold: a program, vouched for by an issuer that speaks for all tenants. */
const GATEWAY_SCOPES = new Set([GATEWAY_SCOPE, KEYS_VALIDATE_SCOPE]);
/** No symmetric algorithm: a public key must never be taken for a shared secret (RFC 8725 §2.1). */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const SKEW_SECONDS = 5;
const FETCH_TIMEOUT_MS = 5_000;

/** As much of `fetch` as reading metadata and keys takes. */
export type Fetch = (
  url: string,
  init: { readonly signal?: AbortSignal },
) => Promise<Response>;

export interface OidcTokenVerifierOptions {
  readonly issuer: Issuer;
  readonly fetch: Fetch;
  /** Shortest time between two loads of the keys, in milliseconds; an unknown `kid` cannot cause more. */
  readonly jwksCooldown?: number;
}

/** Verifies access tokens of one issuer (RFC 9068, and Keycloak's form of it) and reads the principal from them. */
export class OidcTokenVerifier {
  readonly #issuer: Issuer;
  readonly #fetch: Fetch;
  readonly #jwksCooldown: number;
  #keys?: Promise<JWTVerifyGetKey>;

  constructor(options: OidcTokenVerifierOptions) {
    this.#issuer = options.issuer;
    this.#fetch = options.fetch;
    this.#jwksCooldown = options.jwksCooldown ?? 30_000;
  }

  /**
   * One of `audiences` must be in `aud`; by default those of the configuration.
   *
   * @throws `stoa.unauthenticated`; `stoa.unavailable` when the issuer's keys cannot be had
   */
  async verify(
    token: string,
    audiences: readonly string[] = this.#issuer.audiences,
  ): Promise<Principal> {
    const keys = await this.#loadKeys();
    let verified: JWTVerifyResult;
    try {
      verified = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer: this.#issuer.issuer,
        audience: [...audiences],
        requiredClaims: ['exp', 'sub'],
        clockTolerance: SKEW_SECONDS,
      });
    } catch (error) {
      throw isTokenError(error) ? unauthenticated() : unavailable(error);
    }
    if (!isAccessToken(verified)) throw unauthenticated();
    return this.#principal(verified.payload);
  }

  #principal(claims: JWTPayload): Principal {
    const { sub } = claims;
    if (typeof sub !== 'string' || !sub || sub.length > 255) {
      throw unauthenticated();
    }
    const clientId = text(claims.client_id) ?? text(claims.azp);
    const kind = isServiceAccount(claims, clientId) ? 'service' : 'user';
    const mayBeGateway = kind === 'service' && !this.#issuer.tenants;
    const scopes = (text(claims.scope) ?? '').split(' ').filter(Boolean);
    return {
      subject: subjectOf(this.#issuer, sub),
      kind,
      name: text(claims.name) ?? text(claims.preferred_username),
      email: text(claims.email),
      // Like the subject: another issuer's client may bear the name of one of ours.
      clientId: clientId && clientIdOf(this.#issuer, clientId),
      ...grantsFromClaims(this.#issuer, claims),
      scopes: expandScopes(scopes).filter(
        scope => mayBeGateway || !GATEWAY_SCOPES.has(scope),
      ),
    };
  }

  #loadKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#findKeys().catch(error => {
      this.#keys = undefined;
      throw unavailable(error);
    });
    return this.#keys;
  }

  async #findKeys(): Promise<JWTVerifyGetKey> {
    const uri = this.#issuer.jwksUri ?? (await this.#discover());
    return createRemoteJWKSet(new URL(uri), {
      [customFetch]: (url, init) => this.#fetch(url, init),
      cooldownDuration: this.#jwksCooldown,
      timeoutDuration: FETCH_TIMEOUT_MS,
    });
  }

  /** OpenID Connect Discovery 1.0 §4; the document must name the very issuer that was asked (§4.3). */
  async #discover(): Promise<string> {
    const base = this.#issuer.issuer.replace(/\/$/, '');
    const response = await this.#fetch(
      `${base}/.well-known/openid-configuration`,
      { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) },
    );
    if (!response.ok) throw new Error(`Discovery answered ${response.status}`);
    const metadata = await response.json();
    if (metadata.issuer !== this.#issuer.issuer) {
      throw new Error('Discovery names another issuer');
    }
    return String(metadata.jwks_uri);
  }
}

/**
 * Tells an access token from an ID token, a refresh token and a token bound to a
 * key that the caller would have to prove (`cnf`, RFC 9449), which is not done here.
 */
function isAccessToken({ protectedHeader, payload }: JWTVerifyResult): boolean {
  const typ = protectedHeader.typ?.toLowerCase().replace(/^application\//, '');
  if (typ !== 'at+jwt' && typ !== 'jwt') return false;
  if (payload.typ !== undefined && payload.typ !== 'Bearer') return false;
  return !['nonce', 'at_hash', 'c_hash', 's_hash', 'cnf'].some(claim =>
    Object.hasOwn(payload, claim),
  );
}

/** Client credentials: RFC 9068 §2.2 puts the client into `sub`; Keycloak names a user after the client. */
function isServiceAccount(claims: JWTPayload, clientId?: string): boolean {
  return (
    clientId !== undefined &&
    (claims.sub === clientId ||
      claims.preferred_username === `service-account-${clientId.toLowerCase()}`)
  );
}

/** Everything that the token itself is to blame for; what remains is the issuer's failure. */
function isTokenError(error: unknown): boolean {
  return (
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}

function unavailable(cause: unknown): StoaError {
  return new StoaError(
    'stoa.unavailable',
    'The identity provider does not answer, so the access token cannot be checked. Try again.',
    { cause },
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
