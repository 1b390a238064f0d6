import { Attributes, Counter, Histogram, metrics } from '@opentelemetry/api';
import { createHmac, randomBytes } from 'node:crypto';
import { MeteringEvent, MeteringSink } from './MeteringEvent';

/** Seconds; a gateway answers in less than a millisecond, a backend in a minute. */
const BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** People that a metric tells apart; those who come later are `other`. */
const MAX_PEOPLE = 1_000;

/**
 * Counts calls for Prometheus on their way to where they are metered, so that both
 * tell of the same calls. Labels that name people are hashes that hold for one tenant
 * and one process alone.
 */
export class CallMetrics implements MeteringSink {
  readonly #sink: MeteringSink;
  readonly #key = randomBytes(32);
  readonly #people = new Map<string, string>();
  readonly #requests: Counter;
  readonly #durations: Histogram;
  readonly #backendDurations: Histogram;
  readonly #invocations: Counter;
  readonly #latencies: Histogram;
  readonly #overLimit: Counter;

  constructor(sink: MeteringSink) {
    this.#sink = sink;
    const meter = metrics.getMeter('stoa');
    const seconds = (name: string, description: string) =>
      meter.createHistogram(name, {
        description,
        advice: { explicitBucketBoundaries: BUCKETS },
      });
    this.#requests = meter.createCounter('stoa_gateway_requests_total', {
      description: 'Calls to APIs, by what became of them',
    });
    this.#durations = seconds(
      'stoa_gateway_request_duration_seconds',
      'From the request until its answer was handed over',
    );
    this.#backendDurations = seconds(
      'stoa_gateway_backend_duration_seconds',
      'Until the answer of the backend began',
    );
    this.#invocations = meter.createCounter('mcp_tool_invocations_total', {
      description: 'Calls of tools, by what became of them',
    });
    this.#latencies = seconds(
      'mcp_tool_latency_seconds',
      'From the call of a tool until its result',
    );
    this.#overLimit = meter.createCounter('mcp_rate_limit_exceeded_total', {
      description: 'Calls of tools that were over a limit',
    });
  }

  record(event: MeteringEvent): void {
    this.#sink.record(event);
    if (event.kind === 'api') this.#measureApi(event);
    else this.#measureTool(event);
  }

  trouble(): string | undefined {
    return this.#sink.trouble();
  }

  close(): Promise<void> {
    return this.#sink.close();
  }

  #measureApi(event: MeteringEvent): void {
    const { tenant_id: tenant, environment, api, status } = event;
    const route: Attributes = { tenant, environment, api };
    this.#requests.add(1, { ...route, status });
    this.#durations.record(event.latency_ms / 1_000, route);
    if (event.backend_ms !== undefined)
      this.#backendDurations.record(event.backend_ms / 1_000, route);
  }

  #measureTool(event: MeteringEvent): void {
    const { tenant_id: tenant, tool: toolName, status } = event;
    const labels = { tool_name: toolName };
    this.#invocations.add(1, { ...labels, tenant, status });
    this.#latencies.record(event.latency_ms / 1_000, labels);
    if (status === 'rate_limited')
      this.#overLimit.add(1, { tenant, user: this.#userLabel(event) });
  }

  #userLabel({ tenant_id: tenant, subject }: MeteringEvent): string {
    const name = `${tenant} ${subject}`;
    let label = this.#people.get(name);
    if (label === undefined) {
      if (this.#people.size >= MAX_PEOPLE) return 'other';
      label = createHmac('sha256', this.#key)
        .update(name)
        .digest('hex')
        .slice(0, 16);
      this.#people.set(name, label);
    }
    return label;
  }
}
