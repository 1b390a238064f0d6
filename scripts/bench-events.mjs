// `yarn bench:events [--rounds 5] [--out FILE]`: how many events a second go from the
// outbox to their consumer, and how long one takes.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { eventFigures } from './lib/bench/events/index.mjs';
import { main } from '../packages/cli/src/refusal.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      out: { type: 'string' },
    },
  });
  const rows = await eventFigures({ rounds: Number(values.rounds) });
  process.stdout.write(
    `${''.padEnd(16)} events/s  CPU µs  p50 ms  p99 ms\n${rows
      .map(({ way, perSecond, cpuMicros, p50, p99 }) =>
        [
          way.padEnd(16),
          perSecond.toFixed(0).padStart(8),
          cpuMicros.toFixed(0).padStart(6),
          p50.toFixed(0).padStart(6),
          p99.toFixed(0).padStart(6),
        ].join('  '),
      )
      .join('\n')}\n`,
  );
  if (values.out) {
    writeFileSync(values.out, `${JSON.stringify(rows, undefined, 2)}\n`);
  }
});
