import { OAuth2 } from '@backstage/core-app-api';
import {
  ApiBlueprint,
  configApiRef,
  createApiRef,
  discoveryApiRef,
  oauthRequestApiRef,
} from '@backstage/frontend-plugin-api';
import {
  BackstageIdentityApi,
  ProfileInfoApi,
  SessionApi,
} from '@backstage/core-plugin-api';

/** Signs in at the OIDC issuer of the installation, through the backend's provider `oidc`. */
export const stoaAuthApiRef = createApiRef<
  ProfileInfoApi & BackstageIdentityApi & SessionApi
>().with({ id: 'auth.stoa', pluginId: 'app' });

export const stoaAuthApi = ApiBlueprint.make({
  name: 'auth-stoa',
  params: defineParams =>
    defineParams({
      api: stoaAuthApiRef,
      deps: {
        configApi: configApiRef,
        discoveryApi: discoveryApiRef,
        oauthRequestApi: oauthRequestApiRef,
      },
      factory: ({ configApi, discoveryApi, oauthRequestApi }) =>
        OAuth2.create({
          configApi,
          discoveryApi,
          oauthRequestApi,
          environment: configApi.getOptionalString('auth.environment'),
          provider: { id: 'oidc', title: 'STOA', icon: () => null },
          defaultScopes: ['openid', 'profile', 'email'],
        }),
    }),
});
