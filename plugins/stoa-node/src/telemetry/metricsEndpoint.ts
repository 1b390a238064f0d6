import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** Where `/metrics` is served; nobody opens it unless `stoa.management.port` says so. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

export function readMetricsAddress(config: Config): MetricsAddress | undefined {
  const port = config.getOptionalNumber('stoa.management.port');
  if (port === undefined) return undefined;
  const host = config.getOptionalString('stoa.management.host') ?? '127.0.0.1';
  return { host, port };
}

/**
 * Serves what OpenTelemetry's meters of this process count, in Prometheus's text
 * format, on a port of its own that no tenant reaches. It is there before any plugin,
 * since a meter that was made earlier counts for nobody.
 */
export const metricsEndpoint = createServiceFactory({
  service: createServiceRef<void>({ id: 'stoa.metrics', scope: 'root' }),
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.rootLogger,
    lifecycle: coreServices.rootLifecycle,
  },
  initialization: 'always',
  async factory({ config, logger, lifecycle }) {
    const address = readMetricsAddress(config);
    if (!address) return;
    const exporter = new PrometheusExporter({
      ...address,
      preventServerStart: true,
      withoutScopeInfo: true,
      withoutTargetInfo: true,
    });
    const provider = new MeterProvider({ readers: [exporter] });
    metrics.setGlobalMeterProvider(provider);
    await exporter.startServer();
    logger.info(`Metrics: http://${address.host}:${address.port}/metrics`);
    lifecycle.addShutdownHook(async () => {
      metrics.disable();
      await provider.shutdown();
    });
  },
});
