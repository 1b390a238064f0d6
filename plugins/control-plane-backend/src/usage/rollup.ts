import { createHash } from 'node:crypto';
import { addTo, Digest, mergeInto, printDigest } from './digest';

/** A metered call, as its row has it, with the plan of its subscription. */
export interface MeteredCall {
  readonly at: string;
  readonly tenant_id: string;
  readonly environment: string | null;
  readonly kind: string;
  readonly api_id: string | null;
  readonly server: string | null;
  readonly tool: string | null;
  readonly application_id: string | null;
  readonly subscription_id: string | null;
  readonly plan: string | null;
  readonly subject: string | null;
  readonly status: string;
  readonly latency_ms: number;
  readonly request_bytes: number | null;
  readonly response_bytes: number | null;
}

/** What calls have in common that are added up. */
const DIMENSIONS = [
  'tenant_id',
  'environment',
  'kind',
  'api_id',
  'server',
  'tool',
  'application_id',
  'subscription_id',
  'plan',
  'subject',
  'status',
] as const satisfies readonly (keyof MeteredCall)[];

/** Length of a bucket's name, which is the beginning of the times in it. */
export const BUCKETS = { hour: 13, day: 10 } as const;
export type Granularity = keyof typeof BUCKETS;

/** Calls of one bucket with the same dimensions. */
export class Rollup {
  readonly id: string;
  readonly #dimensions: Record<string, string | null>;
  readonly #digest: Digest = new Map();
  calls = 0;
  /** Microseconds, which add up to the same in any order. */
  latencySum = 0;
  latencyMax = 0;
  requestBytes = 0;
  responseBytes = 0;

  constructor(
    readonly granularity: Granularity,
    readonly bucket: string,
    call: MeteredCall,
  ) {
    const values = DIMENSIONS.map(name => call[name]);
    this.#dimensions = Object.fromEntries(
      DIMENSIONS.map((name, i) => [name, values[i]]),
    );
    this.id = createHash('sha256')
      .update(JSON.stringify([granularity, bucket, ...values]))
      .digest('hex');
  }

  add(call: MeteredCall): void {
    this.calls += 1;
    this.latencySum += Math.round(call.latency_ms * 1000);
    this.latencyMax = Math.max(this.latencyMax, call.latency_ms);
    this.requestBytes += call.request_bytes ?? 0;
    this.responseBytes += call.response_bytes ?? 0;
    addTo(this.#digest, call.latency_ms);
  }

  /** Adds what a row of the same id holds already. */
  addRow(row: any): void {
    this.calls += Number(row.calls);
    this.latencySum += Number(row.latency_micros);
    this.latencyMax = Math.max(this.latencyMax, row.latency_max);
    this.requestBytes += Number(row.request_bytes);
    this.responseBytes += Number(row.response_bytes);
    mergeInto(this.#digest, row.latencies);
  }

  toRow() {
    return {
      id: this.id,
      granularity: this.granularity,
      bucket: this.bucket,
      ...this.#dimensions,
      calls: this.calls,
      latency_micros: this.latencySum,
      latency_max: this.latencyMax,
      request_bytes: this.requestBytes,
      response_bytes: this.responseBytes,
      latencies: printDigest(this.#digest),
    };
  }
}

/** Adds calls up by hour and by day, in the order of ids: whoever writes rows in one order waits for nobody in a circle. */
export function rollUp(calls: readonly MeteredCall[]): Rollup[] {
  // Most calls of a batch are alike, and a hash costs more than a comparison.
  const groups = new Map<string, { rollups: Rollup[] }>();
  for (const call of calls) {
    const hour = call.at.slice(0, BUCKETS.hour);
    const key = [hour, ...DIMENSIONS.map(name => call[name])].join('\n');
    let group = groups.get(key);
    if (!group) {
      group = {
        rollups: [
          new Rollup('hour', hour, call),
          new Rollup('day', call.at.slice(0, BUCKETS.day), call),
        ],
      };
      groups.set(key, group);
    }
    for (const rollup of group.rollups) rollup.add(call);
  }
  return merged([...groups.values()].flatMap(({ rollups }) => rollups)).sort(
    (a, b) => (a.id < b.id ? -1 : 1),
  );
}

/** Calls of two hours have one day. */
function merged(rollups: readonly Rollup[]): Rollup[] {
  const byId = new Map<string, Rollup>();
  for (const rollup of rollups) {
    const known = byId.get(rollup.id);
    if (known) known.addRow(rollup.toRow());
    else byId.set(rollup.id, rollup);
  }
  return [...byId.values()];
}
