import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { DateTime } from 'luxon';
import { Point } from './fold';

const HEIGHT = 240;

const AXIS = {
  stroke: 'var(--bui-border-2)',
  tick: { fill: 'var(--bui-fg-secondary)', fontSize: 12 },
  tickLine: false,
} as const;

const LEGEND = { color: 'var(--bui-fg-primary)', fontSize: 12 } as const;

/** Calls that worked, failed and met the limit, stacked. Patterns, not only colours, tell them apart. */
export function UsageChart(props: {
  readonly points: readonly Point[];
  readonly bucket: 'hour' | 'day';
  readonly locale: string;
  readonly words: {
    readonly succeeded: string;
    readonly errors: string;
    readonly rateLimited: string;
  };
}) {
  const format =
    props.bucket === 'day'
      ? ({ month: 'short', day: 'numeric' } as const)
      : ({ hour: '2-digit', minute: '2-digit' } as const);
  const { words } = props;
  const data = props.points.map(point => ({
    at: DateTime.fromISO(point.at)
      .setLocale(props.locale)
      .toLocaleString(format),
    succeeded: Math.max(0, point.calls - point.errors - point.rateLimited),
    errors: point.errors,
    rateLimited: point.rateLimited,
  }));
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <BarChart data={data} accessibilityLayer maxBarSize={48}>
        <defs>
          <Stripes id="stoa-errors" colour="var(--stoa-chart-errors)" />
          <Stripes
            id="stoa-limited"
            colour="var(--stoa-chart-limited)"
            upright
          />
        </defs>
        <CartesianGrid vertical={false} stroke="var(--bui-border-1)" />
        <XAxis dataKey="at" {...AXIS} />
        <YAxis allowDecimals={false} width={40} {...AXIS} />
        <Tooltip
          cursor={{ fill: 'var(--stoa-hover)' }}
          contentStyle={{
            background: 'var(--bui-bg-neutral-1)',
            border: '1px solid var(--bui-border-1)',
            color: 'var(--bui-fg-primary)',
          }}
          itemStyle={{ color: 'var(--bui-fg-primary)' }}
        />
        <Legend
          itemSorter={null}
          formatter={label => <span style={LEGEND}>{label}</span>}
        />
        <Bar
          dataKey="succeeded"
          name={words.succeeded}
          stackId="calls"
          fill="var(--stoa-chart-calls)"
          isAnimationActive={false}
        />
        <Bar
          dataKey="errors"
          name={words.errors}
          stackId="calls"
          fill="url(#stoa-errors)"
          isAnimationActive={false}
        />
        <Bar
          dataKey="rateLimited"
          name={words.rateLimited}
          stackId="calls"
          fill="url(#stoa-limited)"
          isAnimationActive={false}
        />
      </BarChart>
    </ResponsiveContainer>
  );
}

function Stripes(props: { id: string; colour: string; upright?: boolean }) {
  return (
    <pattern
      id={props.id}
      width={6}
      height={6}
      patternUnits="userSpaceOnUse"
      patternTransform={props.upright ? 'rotate(90)' : 'rotate(45)'}
    >
      <rect width={6} height={6} fill={props.colour} />
      <line x1={0} y1={0} x2={0} y2={6} stroke="#fff" strokeWidth={2} />
    </pattern>
  );
}
