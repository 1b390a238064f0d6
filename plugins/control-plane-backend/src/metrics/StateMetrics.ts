import {
  Attributes,
  metrics,
  ObservableCallback,
  ObservableGauge,
} from '@opentelemetry/api';
import { Knex } from 'knex';

/** Counting is not for free; whoever asks more often is told what was counted. */
const FRESH_MS = 15_000;

type Counted = readonly { readonly labels: Attributes; readonly n: number }[];

/** How much there is in which state, counted in the database when somebody asks. */
export class StateMetrics {
  readonly #observed: readonly [ObservableGauge, ObservableCallback][];

  constructor(readonly knex: Knex) {
    const meter = metrics.getMeter('stoa');
    this.#observed = [
      [
        meter.createObservableGauge('stoa_subscriptions_total', {
          description: 'Subscriptions to APIs and to tools, by their state',
        }),
        observing(() => this.#subscriptions()),
      ],
      [
        meter.createObservableGauge('stoa_deployments_total', {
          description: 'Deployments, by their state',
        }),
        observing(() => this.#deployments()),
      ],
    ];
  }

  start(): void {
    for (const [gauge, callback] of this.#observed) gauge.addCallback(callback);
  }

  stop(): void {
    for (const [gauge, callback] of this.#observed)
      gauge.removeCallback(callback);
  }

  async #subscriptions(): Promise<Counted> {
    const { knex } = this;
    const of = (table: string) => knex(table).select('tenant_id', 'status');
    const rows: any[] = await knex
      .from(of('subscriptions').unionAll(of('mcp_subscriptions')).as('s'))
      .groupBy('tenant_id', 'status')
      .select('tenant_id', 'status')
      .count({ n: '*' });
    return rows.map(({ tenant_id: tenant, status, n }) => ({
      labels: { tenant, status },
      n: Number(n),
    }));
  }

  async #deployments(): Promise<Counted> {
    const rows: any[] = await this.knex('deployments')
      .groupBy('tenant_id', 'environment', 'status')
      .select('tenant_id', 'environment', 'status')
      .count({ n: '*' });
    return rows.map(({ tenant_id: tenant, environment, status, n }) => ({
      labels: { tenant, environment, status },
      n: Number(n),
    }));
  }
}

function observing(count: () => Promise<Counted>): ObservableCallback {
  let counted: Promise<Counted> | undefined;
  let until = 0;
  return async result => {
    if (Date.now() >= until) {
      counted = count();
      until = Date.now() + FRESH_MS;
    }
    for (const { labels, n } of (await counted)!) result.observe(n, labels);
  };
}
