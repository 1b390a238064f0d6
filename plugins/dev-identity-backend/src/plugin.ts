import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  DevAccounts,
  DevClients,
  hotPathServiceRef,
  isEmbeddedIssuerEnabled,
  readDataDir,
} from '@stoa/plugin-stoa-node';
import { readDevIdentityConfig } from './config';
import { createProvider } from './provider';
import { createRouter, serveWellKnown } from './router';
import { readInstallationKeys } from './storage/installationKeys';
import { PayloadStore } from './storage/PayloadStore';

/** The OIDC issuer inside the process, for evaluation only. */
export const devIdentityPlugin = createBackendPlugin({
  pluginId: 'dev-identity',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        database: coreServices.database,
        hotPath: hotPathServiceRef,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({
        config: rootConfig,
        database,
        hotPath,
        httpRouter,
        logger,
        scheduler,
      }) {
        if (!isEmbeddedIssuerEnabled(rootConfig)) return;
        const config = readDevIdentityConfig(rootConfig);

        const accounts = await DevAccounts.fromConfig(rootConfig);
        const keys = await readInstallationKeys(readDataDir(rootConfig));
        const store = await PayloadStore.create({ database });
        const provider = createProvider({
          config,
          accounts,
          clients: DevClients.fromConfig(rootConfig),
          keys,
          store,
          logger,
        });

        const options = { config, provider, accounts };
        httpRouter.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        httpRouter.use(createRouter(options));
        serveWellKnown(hotPath, options);

        await scheduler.scheduleTask({
          id: 'remove-expired',
          frequency: { hours: 1 },
          timeout: { minutes: 1 },
          scope: 'local',
          fn: async () => {
            const removed = await store.removeExpired();
            logger.debug(`Removed ${removed} expired entries`);
          },
        });
      },
    });
  },
});
