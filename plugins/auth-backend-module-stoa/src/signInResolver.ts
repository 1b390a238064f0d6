import { AuthenticationError } from '@backstage/errors';
import {
  OAuthAuthenticatorResult,
  SignInResolver,
} from '@backstage/plugin-auth-node';
import {
  Claims,
  grantsFromClaims,
  Issuer,
  ownershipRefs,
  subjectOf,
  userEntityRefOf,
} from '@stoa/plugin-stoa-node';
import { decodeJwt } from 'jose';
import { StoaAuthResult } from './authenticator';

/**
 * Signs in by the immutable `sub`, whether or not the catalog knows the person yet:
 * who they are comes from the issuer's token, never from an entity that somebody
 * may have written. Somebody in no tenant is a consumer and owns only themselves.
 */
export function createSignInResolver(
  issuers: readonly Issuer[],
): SignInResolver<OAuthAuthenticatorResult<StoaAuthResult>> {
  return async ({ result }, context) => {
    const { userinfo, issuer: name } = result.fullProfile;
    const issuer = issuers.find(known => known.issuer === name);
    if (!issuer) {
      throw new AuthenticationError(
        `The sign-in provider is ${name}, which stoa.issuers does not list`,
      );
    }
    const ref = userEntityRefOf(subjectOf(issuer, userinfo.sub));
    return context.issueToken({
      claims: {
        sub: ref,
        ent: [
          ref,
          ...ownershipRefs(
            grantsFromClaims(issuer, allClaims(result.fullProfile)),
          ),
        ],
        // For commits and pages; rights never hang on them.
        ...(userinfo.name && { name: userinfo.name }),
        ...(userinfo.email && { email: userinfo.email }),
      },
    });
  };
}

/**
 * Keycloak puts realm roles into the access token and not into `userinfo`. The
 * token came from the issuer itself, over the connection that proved who it is, so
 * its signature need not be checked again (OpenID Connect Core §3.1.3.7, 6).
 */
function allClaims({ userinfo, tokenset }: StoaAuthResult): Claims {
  let claims: Claims = {};
  try {
    claims = decodeJwt(tokenset.access_token ?? '');
  } catch {
    // Opaque, as the embedded issuer's is here: `userinfo` has everything.
  }
  return claims.sub === userinfo.sub ? { ...claims, ...userinfo } : userinfo;
}
