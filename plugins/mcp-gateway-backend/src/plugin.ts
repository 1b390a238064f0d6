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
  policyEngineServiceRef,
  readDataDir,
  readinessServiceRef,
  readIssuers,
  SpooledMetering,
  tokenServiceRef,
} from '@stoa/plugin-stoa-node';
import { join } from 'node:path';
import { Authenticator } from './access/Authenticator';
import {
  KeyFacts,
  PersonFacts,
  readKeyFacts,
  readPersonFacts,
} from './access/facts';
import { readMcpConfig } from './config';
import { followRegistry } from './followRegistry';
import { Entrance } from './http/Entrance';
import { METADATA_NAME, serveMetadata } from './metadata/protectedResource';
import { mountFaces } from './mountFaces';
import { ToolLists } from './pipeline/lists';
import { ToolCaller } from './pipeline/ToolCaller';
import { Dispatcher } from './protocol/Dispatcher';
import { McpFace } from './protocol/McpFace';
import { Registry } from './registry/Registry';
import { RestFace } from './rest/RestFace';

const REPORT_TIMEOUT_MS = 5_000;

/** Serves the tools of APIs to MCP clients under `/mcp`. */
export const mcpGatewayPlugin = createBackendPlugin({
  pluginId: 'mcp-gateway',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        counters: limitCountersServiceRef,
        controlPlane: controlPlaneServiceRef,
        diallers: diallerServiceRef,
        hotPath: hotPathServiceRef,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        policy: policyEngineServiceRef,
        readiness: readinessServiceRef,
        tokens: tokenServiceRef,
      },
      async init(deps) {
        const {
          controlPlane,
          counters,
          hotPath,
          lifecycle,
          logger,
          policy,
          readiness,
        } = deps;
        const config = readMcpConfig(deps.config);
        const registry = new Registry({ logger });
        const feed = new GatewayFeed({
          controlPlane,
          kinds: ['route', 'server', 'tool', 'key', 'subscription', 'tenant'],
          logger,
        });
        const followed = {
          leaseMs: config.leaseMs,
          isFeedLive: () => feed.isLive(),
        };
        const keys = new LookupCache<KeyFacts>({
          ...followed,
          lookup: async hash => {
            const answer = await controlPlane.lookup({ key_hash: hash });
            return answer && readKeyFacts(answer);
          },
        });
        const people = new LookupCache<PersonFacts>({
          ...followed,
          lookup: async subject => {
            const answer = await controlPlane.lookup({ subject });
            return answer && readPersonFacts(answer);
          },
        });
        const metering = new CallMetrics(
          new SpooledMetering({
            dir: join(readDataDir(deps.config), 'spool', 'mcp-gateway'),
            send: (events, signal) => controlPlane.reportCalls(events, signal),
            logger,
          }),
        );
        const failures = new FailureReports({
          send: errors =>
            controlPlane.reportFailures(
              errors,
              AbortSignal.timeout(REPORT_TIMEOUT_MS),
            ),
          logger,
        });
        const backends = new Backends({ diallers: deps.diallers, config });
        const caller = new ToolCaller({
          limiters: {
            rates: new PlanLimiter(counters),
            quotas: createQuotaLimiter({ counters, controlPlane, logger }),
          },
          backends,
          metering,
          failures,
          config,
          logger,
        });
        const lists = new ToolLists(config);
        const entrance = new Entrance({
          authenticator: new Authenticator({
            tokens: deps.tokens,
            keys,
            people,
            failures: new FailureLimiter({
              perMinute: config.badKeysPerMinute,
            }),
            policy,
          }),
          config,
          logger,
        });

        mountFaces(hotPath, {
          mcp: new McpFace({
            entrance,
            registry,
            dispatcher: new Dispatcher({ lists, caller }),
            config,
          }),
          rest: new RestFace({ entrance, registry, lists, caller, config }),
        });
        hotPath.wellKnown(
          METADATA_NAME,
          serveMetadata({
            baseUrl: config.baseUrl,
            issuers: readIssuers(deps.config).map(({ issuer }) => issuer),
          }),
        );
        readiness.add(
          'mcp-gateway',
          () => feed.trouble() ?? metering.trouble(),
        );
        lifecycle.addStartupHook(() =>
          feed.start(followRegistry({ registry, keys, people })),
        );
        lifecycle.addShutdownHook(async () => {
          await feed.stop();
          await backends.close();
          await failures.close();
          await metering.close();
        });
      },
    });
  },
});
