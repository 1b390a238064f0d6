import { Knex } from 'knex';

/** Upper ends of the classes that calls are counted in, in milliseconds; the last class has none. */
const BOUNDS = [
  1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 350, 500, 750, 1_000, 1_500,
  2_000, 3_500, 5_000, 7_500, 10_000, 20_000, 30_000, 60_000,
] as const;

/** Calls up to each bound, and the slowest: what percentiles are read from, and can be added up. */
export interface Latencies {
  readonly upTo: readonly number[];
  readonly calls: number;
  readonly slowest: number;
}

/**
 * Columns that count calls up to each bound. Both databases can, and neither has
 * to sort: `percentile_cont` is PostgreSQL's alone.
 */
export function latencyColumns(knex: Knex): Knex.Raw[] {
  return [
    ...BOUNDS.map((bound, i) =>
      knex.raw('sum(case when m.latency_ms <= ? then 1 else 0 end) as ??', [
        bound,
        `up_to_${i}`,
      ]),
    ),
    knex.raw('max(m.latency_ms) as slowest'),
  ];
}

export function latenciesOf(row: Record<string, unknown>): Latencies {
  return {
    upTo: BOUNDS.map((_, i) => Number(row[`up_to_${i}`])),
    calls: Number(row.calls),
    slowest: Number(row.slowest),
  };
}

export function addLatencies(all: readonly Latencies[]): Latencies {
  return {
    upTo: BOUNDS.map((_, i) => all.reduce((sum, l) => sum + l.upTo[i], 0)),
    calls: all.reduce((sum, l) => sum + l.calls, 0),
    slowest: all.reduce((max, l) => Math.max(max, l.slowest), 0),
  };
}

/** The time that this part of the calls (0 to 1) stayed below, in milliseconds, straight between the bounds of its class. */
export function percentile(latencies: Latencies, part: number): number {
  const { upTo, calls, slowest } = latencies;
  if (calls === 0) return 0;
  const rank = part * calls;
  const found = upTo.findIndex(count => count >= rank);
  const index = found < 0 ? BOUNDS.length : found;
  const below = index === 0 ? 0 : upTo[index - 1];
  const within = (upTo[index] ?? calls) - below;
  const low = index === 0 ? 0 : BOUNDS[index - 1];
  const high = Math.min(BOUNDS[index] ?? slowest, slowest);
  const value =
    within === 0 ? high : low + ((high - low) * (rank - below)) / within;
  return Math.round(Math.max(0, value) * 100) / 100;
}
