import { Principal } from '@stoa/plugin-stoa-common';
import type { Request } from 'express';

/**
 * Turns the credentials of a request into a Principal. Accepts a Backstage user
 * token, an OIDC access token of a listed issuer, or a service token of a listed
 * plugin. Throws `stoa.unauthenticated` (none or invalid) or
 * `stoa.two_credentials`.
 */
export interface PrincipalService {
  authenticate(request: Request): Promise<Principal>;
}

/** What a token must be good for. */
export interface TokenPurpose {
  /** Resources (RFC 8707), one of which an access token must be meant for. */
  readonly audiences: readonly string[];
  /** Whether one that is meant for the platform, by the issuer's configuration, will do as well. */
  readonly platform?: boolean;
  /** Whether a session of the web interface will do as well. */
  readonly sessions: boolean;
}

/** Checks tokens for addresses that are resources of their own. */
export interface TokenService {
  /** @throws `stoa.unauthenticated`; `stoa.unavailable` when it cannot be checked */
  verify(token: string, purpose: TokenPurpose): Promise<Principal>;
}
