import { Config } from '@backstage/config';
import {
  OidcAuthResult,
  oidcAuthenticator,
} from '@backstage/plugin-auth-backend-module-oidc-provider';
import {
  createOAuthAuthenticator,
  OAuthAuthenticatorResult,
  PassportOAuthAuthenticatorHelper,
} from '@backstage/plugin-auth-node';
import { Strategy } from 'openid-client';

/** What signing in yields, with the issuer that the configured metadata names. */
export interface StoaAuthResult extends OidcAuthResult {
  readonly issuer: string;
}

type OidcContext = ReturnType<typeof oidcAuthenticator.initialize>;

interface Context {
  /** Reads the issuer's metadata at first use, and again after a failure. */
  readonly oidc: () => Promise<{ context: OidcContext; issuer: string }>;
  readonly homeUri: string;
  readonly clientId: string;
}

/**
 * Backstage's OIDC authenticator, changed in three points: the issuer is looked up
 * at the first sign-in and not while the process starts (it may be a plugin of this
 * very process, and a failed look-up would last until the next restart); every
 * sign-in carries PKCE (RFC 9700 §2.1.1); signing out ends the issuer's session as
 * well, or the next person at this browser would be the last one.
 */
export function createStoaAuthenticator(homeUri: string) {
  return createOAuthAuthenticator<Context, StoaAuthResult>({
    scopes: oidcAuthenticator.scopes,
    defaultProfileTransform: oidcAuthenticator.defaultProfileTransform,
    initialize: options => ({
      oidc: retrying(() => connect(options)),
      homeUri,
      clientId: options.config.getString('clientId'),
    }),
    async start(input, ctx) {
      return oidcAuthenticator.start(input, (await ctx.oidc()).context);
    },
    async authenticate(input, ctx) {
      const { context, issuer } = await ctx.oidc();
      return withIssuer(
        await oidcAuthenticator.authenticate(input, context),
        issuer,
      );
    },
    async refresh(input, ctx) {
      const { context, issuer } = await ctx.oidc();
      return withIssuer(
        await oidcAuthenticator.refresh(input, context),
        issuer,
      );
    },
    async logout(input, ctx) {
      const { context } = await ctx.oidc();
      await oidcAuthenticator.logout?.(input, context);
      const { client } = await context.promise;
      if (!client.issuer.metadata.end_session_endpoint) return undefined;
      const logoutUrl = client.endSessionUrl({
        client_id: ctx.clientId,
        post_logout_redirect_uri: ctx.homeUri,
      });
      return { logoutUrl };
    },
  });
}

async function connect(options: { callbackUrl: string; config: Config }) {
  const context = oidcAuthenticator.initialize(options);
  const { client } = await context.promise;
  const strategy = new Strategy<OidcAuthResult, typeof client>(
    { client, usePKCE: 'S256' },
    (
      tokenset: OidcAuthResult['tokenset'],
      userinfo: OidcAuthResult['userinfo'],
      done: (
        error: undefined,
        result: OidcAuthResult,
        info: { refreshToken?: string },
      ) => void,
    ) =>
      done(
        undefined,
        { tokenset, userinfo },
        { refreshToken: tokenset.refresh_token },
      ),
  );
  const helper = PassportOAuthAuthenticatorHelper.from(strategy);
  return {
    context: {
      ...context,
      promise: Promise.resolve({ helper, client, strategy }),
    },
    issuer: client.issuer.metadata.issuer,
  };
}

function withIssuer(
  result: OAuthAuthenticatorResult<OidcAuthResult>,
  issuer: string,
): OAuthAuthenticatorResult<StoaAuthResult> {
  return { ...result, fullProfile: { ...result.fullProfile, issuer } };
}

function retrying<T>(connectOnce: () => Promise<T>): () => Promise<T> {
  let connected: Promise<T> | undefined;
  return () => {
    connected ??= connectOnce().catch(error => {
      connected = undefined;
      throw error;
    });
    return connected;
  };
}
