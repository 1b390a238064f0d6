import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { FeedClient } from '@stoa/plugin-stoa-node';
import { isInTenants } from './permissions/isInTenants';
import { StoaEntityProvider } from './provider/StoaEntityProvider';

const CONTROL_PLANE = 'control-plane';

/** Fills the catalog from the control plane's feed, and knows who may see what of it. */
export const catalogModuleGitops = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'gitops',
  register({ registerInit }) {
    registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogProcessingExtensionPoint,
        discovery: coreServices.discovery,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({
        auth,
        catalog,
        discovery,
        lifecycle,
        logger,
        permissionsRegistry,
      }) {
        permissionsRegistry.addPermissionRules([isInTenants]);

        const provider = new StoaEntityProvider({ logger });
        catalog.addEntityProvider(provider);

        const feed = new FeedClient({
          url: async () =>
            `${await discovery.getBaseUrl(CONTROL_PLANE)}/v1/feed`,
          token: async () => {
            const { token } = await auth.getPluginRequestToken({
              onBehalfOf: await auth.getOwnServiceCredentials(),
              targetPluginId: CONTROL_PLANE,
            });
            return token;
          },
          kinds: ['entity'],
          logger,
          onReset: () => provider.reset(),
          onItem: item => provider.change(item),
          onSynced: () => provider.synced(),
        });
        // The control plane may start after the catalog, or not at all: nothing
        // waits for it.
        lifecycle.addStartupHook(() => feed.start());
        lifecycle.addShutdownHook(async () => {
          await feed.stop();
          await provider.stop();
        });
      },
    });
  },
});
