import {
  coreServices,
  createBackendPlugin,
  RootConfigService,
} from '@backstage/backend-plugin-api';
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

/** Everything with state of its own: APIs, applications, subscriptions, deployments, audit, usage. */
export const controlPlanePlugin = createBackendPlugin({
  pluginId: 'control-plane',
  register(env) {
    env.registerInit({
      deps: {
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
          requestsPerMinute:
            config.getOptionalNumber('stoa.limits.requestsPerMinute') ?? 600,
          executor: readExecutor(config),
          baseUrl: config.getString('backend.baseUrl').replace(/\/+$/, ''),
          deliveriesDays:
            config.getOptionalNumber('stoa.retention.deliveriesDays') ?? 30,
        });
        // `route()` authenticates every /v1 operation; a test shows that none stands outside it.
        httpRouter.addAuthPolicy({ path: '/v1', allow: 'unauthenticated' });
        httpRouter.addAuthPolicy({
          path: '/openapi.json',
          allow: 'unauthenticated',
        });
        httpRouter.use(controlPlane.router);

        let started = false;
        readiness.add('control-plane', () =>
          started ? undefined : 'projecting the Git repository',
        );
        lifecycle.addStartupHook(async () => {
          await controlPlane.start();
          started = true;
        });
        lifecycle.addShutdownHook(() => controlPlane.stop());
        await scheduler.scheduleTask({
          id: 'control-plane-sweep',
          frequency: { seconds: 15 },
          timeout: { minutes: 1 },
          scope: 'local',
          fn: () => controlPlane.sweep(),
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
