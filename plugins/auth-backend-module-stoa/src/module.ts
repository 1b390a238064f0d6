import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  authProvidersExtensionPoint,
  createOAuthProviderFactory,
} from '@backstage/plugin-auth-node';
import { readIssuers } from '@stoa/plugin-stoa-node';
import { createStoaAuthenticator } from './authenticator';
import { withOwnRedirects } from './ownRedirects';
import { createSignInResolver } from './signInResolver';

/** Signs people in with OpenID Connect; roles and tenants of the token become the identity. */
export const authModuleStoa = createBackendModule({
  pluginId: 'auth',
  moduleId: 'stoa',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        providers: authProvidersExtensionPoint,
      },
      async init({ config, providers }) {
        const home = config.getString('app.baseUrl').replace(/\/+$/, '');
        providers.registerProvider({
          providerId: 'oidc',
          factory: withOwnRedirects(
            createOAuthProviderFactory({
              authenticator: createStoaAuthenticator(`${home}/`),
              signInResolver: createSignInResolver(readIssuers(config)),
            }),
          ),
        });
      },
    });
  },
});
