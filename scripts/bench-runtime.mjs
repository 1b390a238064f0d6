// `yarn bench:runtime [--rounds 5] [--out FILE] [--profile DIR]`: what calls of an API cost
// through the data plane, beside a bare proxy.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { REFERENCE, runtimeFigures } from './lib/bench/runtime/index.mjs';
import { callTable, withRatios } from './lib/bench/table.mjs';
import { main } from '../packages/cli/src/refusal.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      out: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const { rows, sent, metered, idleKiB } = await runtimeFigures({
    rounds: Number(values.rounds),
    profile: values.profile,
  });
  const figures = withRatios(rows, REFERENCE);
  process.stdout.write(
    `${callTable(
      figures,
    )}\n${sent} calls sent, ${metered} metered\n${idleKiB.toFixed(
      1,
    )} KiB for an idle connection\n`,
  );
  if (values.out) {
    const result = { rows: figures, sent, metered, idleKiB };
    writeFileSync(values.out, `${JSON.stringify(result, undefined, 2)}\n`);
  }
});
