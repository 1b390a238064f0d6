// `yarn bench:usage [--rounds 5] [--out FILE]`: how many metered calls a second are kept
// and added up, and what a month of a tenant's usage takes to answer.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { usageFigures } from './lib/bench/usage/index.mjs';
import { main } from '../packages/cli/src/refusal.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      out: { type: 'string' },
    },
  });
  const figures = await usageFigures({ rounds: Number(values.rounds) });
  for (const { task, perSecond, cpuMicros } of figures.fold) {
    process.stdout.write(
      `${task.padEnd(12)} ${perSecond.toFixed(0)} calls/s  ${cpuMicros.toFixed(
        0,
      )} µs CPU\n`,
    );
  }
  for (const { groupBy, items, p50, worst } of figures.reports) {
    process.stdout.write(
      `a month by ${groupBy.padEnd(12)} ${String(items).padStart(
        5,
      )} items  p50 ${p50.toFixed(1)} ms  worst ${worst.toFixed(1)} ms\n`,
    );
  }
  if (values.out) {
    writeFileSync(values.out, `${JSON.stringify(figures, undefined, 2)}\n`);
  }
});
