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
