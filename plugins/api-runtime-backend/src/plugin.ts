import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  diallerServiceRef,
  FailureLimiter,
  hotPathServiceRef,
  PlanLimiter,
  readDataDir,
  readinessServiceRef,
  SpooledMetering,
} from '@stoa/plugin-stoa-node';
import { join } from 'node:path';
import { Admission } from './admission';
import { Backends } from './Backends';
import { readRuntimeConfig } from './config';
import { ControlPlane } from './ControlPlane';
import { Gateway } from './Gateway';
import { GatewayFeed } from './GatewayFeed';
import { KeyCache } from './KeyCache';
import { GATEWAY_PREFIX, RouteTable } from './routes';

/** The embedded data plane: serves deployed APIs under `/gateway`. */
export const apiRuntimePlugin = createBackendPlugin({
  pluginId: 'api-runtime',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        diallers: diallerServiceRef,
        discovery: coreServices.discovery,
        hotPath: hotPathServiceRef,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        readiness: readinessServiceRef,
      },
      async init(deps) {
        const { diallers, hotPath, lifecycle, logger, readiness } = deps;
        const config = readRuntimeConfig(deps.config);
        const controlPlane = new ControlPlane(deps);
        const routes = new RouteTable();
        const feed = new GatewayFeed({
          url: () => controlPlane.feedUrl(),
          token: () => controlPlane.token(),
          routes,
          logger,
        });
        const keys = new KeyCache({
          lookup: hash => controlPlane.lookup(hash),
          isFeedLive: () => feed.isLive(),
          leaseMs: config.leaseMs,
        });
        const metering = new SpooledMetering({
          dir: join(readDataDir(deps.config), 'spool', 'api-runtime'),
          send: (events, signal) => controlPlane.report(events, signal),
          logger,
        });
        const backends = new Backends({ diallers, config });
        const failures = new FailureLimiter({
          perMinute: config.badKeysPerMinute,
        });
        const gateway = new Gateway({
          routes,
          admission: new Admission({ keys, failures }),
          limiter: new PlanLimiter(),
          backends,
          metering,
          config,
          logger,
        });

        hotPath.mount(GATEWAY_PREFIX, gateway.handle, { ownContinue: true });
        readiness.add('gateway', () => feed.trouble() ?? metering.trouble());
        lifecycle.addStartupHook(() => feed.start(keys));
        lifecycle.addShutdownHook(async () => {
          await feed.stop();
          await backends.close();
          await metering.close();
        });
      },
    });
  },
});
