import {
  coreServices,
  createBackendPlugin,
  RootConfigService,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import {
  diallerServiceRef,
  eventBusServiceRef,
  gitOpsServiceRef,
  identityAdminServiceRef,
  policyEngineServiceRef,
  principalServiceRef,
  readinessServiceRef,
  secretStoreServiceRef,
} from '@stoa/plugin-stoa-node';
import { Executor } from './deployments/DeploymentStore';
import { ControlPlane } from './ControlPlane';
import { StateMetrics } from './metrics/StateMetrics';
import { scheduleRetention } from './retention';

/** Everything with state of its own: APIs, applications, subscriptions, deployments, audit, usage. */
export const controlPlanePlugin = createBackendPlugin({
  pluginId: 'control-plane',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
        bus: eventBusServiceRef,
        dialler: diallerServiceRef,
        identityAdmin: identityAdminServiceRef,
        notifications: notificationService,
        policy: policyEngineServiceRef,
        principals: principalServiceRef,
        readiness: readinessServiceRef,
        repository: gitOpsServiceRef,
        secrets: secretStoreServiceRef,
        signals: signalsServiceRef,
      },
      async init({
        config,
        httpRouter,
        lifecycle,
        scheduler,
        readiness,
        ...options
      }) {
        const controlPlane = await ControlPlane.create({
          ...options,
          config,
          requestsPerMinute:
            config.getOptionalNumber('stoa.limits.requestsPerMinute') ?? 600,
          executor: readExecutor(config),
          baseUrl: config.getString('backend.baseUrl').replace(/\/+$/, ''),
        });
        // `route()` authenticates every /v1 operation; a test shows that none stands outside it.
        httpRouter.addAuthPolicy({ path: '/v1', allow: 'unauthenticated' });
        for (const path of ['/openapi.json', '/docs'])
          httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
        httpRouter.use(controlPlane.router);

        const state = new StateMetrics(await options.database.getClient());
        let started = false;
        readiness.add('control-plane', () =>
          started ? undefined : 'projecting the Git repository',
        );
        lifecycle.addStartupHook(async () => {
          await controlPlane.start();
          state.start();
          started = true;
        });
        lifecycle.addShutdownHook(async () => {
          state.stop();
          await controlPlane.stop();
        });
        await scheduler.scheduleTask({
          id: 'control-plane-sweep',
          frequency: { seconds: 15 },
          timeout: { minutes: 1 },
          scope: 'local',
          fn: () => controlPlane.sweep(),
        });
        await scheduleRetention({
          config,
          knex: await options.database.getClient(),
          logger: options.logger,
          scheduler,
        });
      },
    });
  },
});

function readExecutor(config: RootConfigService): Executor {
  const key = 'stoa.deployments.executor';
  const executor = config.getOptionalString(key) ?? 'built-in';
  if (executor !== 'built-in' && executor !== 'external') {
    throw new Error(`${key} is "${executor}"; use built-in or external`);
  }
  return executor;
}
