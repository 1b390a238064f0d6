import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

export interface TracingSettings {
  /** Takes traces by OTLP over HTTP. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The part of the traces that begin here which is kept, from 0 to 1. */
  readonly ratio: number;
}

/** Reads `stoa.tracing`; undefined where nobody wants traces. */
export function readTracing(config: Config): TracingSettings | undefined {
  const own = config.getOptionalConfig('stoa.tracing');
  if (!own) return undefined;
  const endpoint = own.getString('endpoint');
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint))
    throw new Error('stoa.tracing.endpoint must be an http(s) address');
  const ratio = own.getOptionalNumber('ratio') ?? 1;
  if (!(ratio >= 0 && ratio <= 1))
    throw new Error(`stoa.tracing.ratio is ${ratio}; use a number from 0 to 1`);
  const headers = own.getOptional<Record<string, string>>('headers') ?? {};
  return { endpoint, headers, ratio };
}

/**
 * Lets this process trace its work, in traces that come from outside or begin here.
 * Answers how to hand out what is left, and end it.
 */
export function installTracing(
  processor: SpanProcessor,
  ratio = 1,
): () => Promise<void> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'stoa' }),
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(ratio),
    }),
    spanProcessors: [processor],
  });
  context.setGlobalContextManager(
    new AsyncLocalStorageContextManager().enable(),
  );
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    trace.disable();
    propagation.disable();
    context.disable();
    await provider.shutdown();
  };
}

/** Begins to hand the traces of this process to a collector; as `installTracing`. */
export function exportTraces({
  endpoint,
  headers,
  ratio,
}: TracingSettings): () => Promise<void> {
  const exporter = new OTLPTraceExporter({ url: endpoint, headers });
  return installTracing(new BatchSpanProcessor({ exporter }), ratio);
}

/** Hands the traces of this process to the operator's collector. */
export const traceExport = createServiceFactory({
  service: createServiceRef<void>({ id: 'stoa.tracing', scope: 'root' }),
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.rootLogger,
    lifecycle: coreServices.rootLifecycle,
  },
  initialization: 'always',
  async factory({ config, logger, lifecycle }) {
    const settings = readTracing(config);
    if (!settings) return;
    const stop = exportTraces(settings);
    logger.info(`Traces go to ${new URL(settings.endpoint).origin}`);
    lifecycle.addShutdownHook(stop);
  },
});
