import { NotAllowedError } from '@backstage/errors';
import {
  AuthProviderFactory,
  decodeOAuthState,
} from '@backstage/plugin-auth-node';

/**
 * A provider that sends browsers to the web interface and nowhere else. Backstage
 * checks the origin that a pop-up answers to, but takes `redirectUrl` of the redirect
 * flow as it comes: from the query of a start, and, when signing in fails, from a
 * `state` that anybody can make up. A link to our own host would then lead anywhere
 * (RFC 9700 §4.11).
 */
export function withOwnRedirects(
  factory: AuthProviderFactory,
): AuthProviderFactory {
  return options => {
    const handlers = factory(options);
    const check = (redirectUrl: string | undefined) => {
      if (redirectUrl === undefined) return;
      const url = URL.parse(redirectUrl);
      const isWeb = url !== null && /^https?:$/.test(url.protocol);
      if (!isWeb || !options.isOriginAllowed(url.origin)) {
        throw new NotAllowedError(
          'redirectUrl must be an address of the web interface',
        );
      }
    };
    return {
      start: async (req, res) => {
        check(req.query.redirectUrl?.toString());
        await handlers.start(req, res);
      },
      frameHandler: async (req, res) => {
        check(decodeOAuthState(req.query.state?.toString() ?? '').redirectUrl);
        await handlers.frameHandler(req, res);
      },
      refresh: handlers.refresh?.bind(handlers),
      logout: handlers.logout?.bind(handlers),
    };
  };
}
