import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  Backends,
  CallMetrics,
  controlPlaneServiceRef,
  createQuotaLimiter,
  diallerServiceRef,
  FailureLimiter,
  FailureReports,
  GatewayFeed,
  hotPathServiceRef,
  limitCountersServiceRef,
  LookupCache,
  PlanLimiter,
  readDataDir,
  readGatewayConfig,
  readinessServiceRef,
  RouteTable,
  SpooledMetering,
  tokenServiceRef,
} from '@stoa/plugin-stoa-node';
import { join } from 'node:path';
import { GATEWAY_PREFIX } from './address';
import { Admission } from './admission';
import { Caching } from './cache/Caching';
import { ResponseCache } from './cache/ResponseCache';
import { CallerFacts, questionOf, readCallerFacts } from './callers';
import { ByDefinition } from './description/ByDefinition';
import { Descriptions } from './description/Descriptions';
import { followRoutes } from './followRoutes';
import { Forwarder } from './Forwarder';
import { Gateway } from './Gateway';
import { KeyFacts, readKeyFacts } from './keys';

const REPORT_TIMEOUT_MS = 10_000;

/** The embedded data plane: serves deployed APIs under `/gateway`. */
export const apiRuntimePlugin = createBackendPlugin({
  pluginId: 'api-runtime',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        controlPlane: controlPlaneServiceRef,
        diallers: diallerServiceRef,
        counters: limitCountersServiceRef,
        hotPath: hotPathServiceRef,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        readiness: readinessServiceRef,
        tokens: tokenServiceRef,
      },
      async init(deps) {
        const {
          controlPlane,
          counters,
          diallers,
          hotPath,
          lifecycle,
          logger,
          readiness,
        } = deps;
        const config = readGatewayConfig(deps.config);
        const routes = new RouteTable();
        const feed = new GatewayFeed({
          controlPlane,
          kinds: ['route', 'key', 'subscription', 'tenant'],
          logger,
        });
        const keys = new LookupCache<KeyFacts>({
          lookup: async hash => {
            const answer = await controlPlane.lookup({ key_hash: hash });
            // A key for tools opens no API.
            return !answer || answer.kind === 'mcp'
              ? undefined
              : readKeyFacts(answer);
          },
          isFeedLive: () => feed.isLive(),
          leaseMs: config.leaseMs,
        });
        const callers = new LookupCache<CallerFacts>({
          lookup: async name => {
            const answer = await controlPlane.lookup(questionOf(name));
            return answer && readCallerFacts(answer);
          },
          isFeedLive: () => feed.isLive(),
          leaseMs: config.leaseMs,
        });
        const metering = new CallMetrics(
          new SpooledMetering({
            dir: join(readDataDir(deps.config), 'spool', 'api-runtime'),
            send: (events, signal) => controlPlane.reportCalls(events, signal),
            logger,
          }),
        );
        const reports = new FailureReports({
          send: errors =>
            controlPlane.reportFailures(
              errors,
              AbortSignal.timeout(REPORT_TIMEOUT_MS),
            ),
          logger,
        });
        const backends = new Backends({ diallers, config });
        const failures = new FailureLimiter({
          perMinute: config.badKeysPerMinute,
        });
        const gateway = new Gateway({
          routes,
          admission: new Admission({
            keys,
            callers,
            failures,
            tokens: deps.tokens,
            audience: `${deps.config
              .getString('backend.baseUrl')
              .replace(/\/+$/, '')}${GATEWAY_PREFIX}`,
          }),
          limiters: {
            rates: new PlanLimiter(counters),
            quotas: createQuotaLimiter({ counters, controlPlane, logger }),
          },
          byDefinition: new ByDefinition({
            descriptions: new Descriptions({ controlPlane, logger }),
            config,
            backends,
            caching: new Caching({
              cache: new ResponseCache({ maxBytes: config.cacheBytes }),
              forwarder: new Forwarder({
                backends,
                config,
                failures: reports,
                logger,
              }),
            }),
          }),
          metering,
          config,
          logger,
        });

        hotPath.mount(GATEWAY_PREFIX, gateway.handle, {
          ownContinue: true,
          upgrades: gateway.upgrades,
        });
        readiness.add('gateway', () => feed.trouble() ?? metering.trouble());
        lifecycle.addStartupHook(() =>
          feed.start(followRoutes({ routes, keys, callers, logger })),
        );
        lifecycle.addShutdownHook(async () => {
          await feed.stop();
          await backends.close();
          await reports.close();
          await metering.close();
        });
      },
    });
  },
});
