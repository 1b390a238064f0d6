// `yarn bench:gateway [--out FILE] [--rounds 5]`: how long the tools of a very large
// API take to make. A table is printed, and JSON written with --out.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compileFigures } from './lib/bench/compile.mjs';
import { main } from './lib/refusal.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const figures = await compileFigures(Number(values.rounds));
  for (const [name, value] of Object.entries(figures)) {
    process.stdout.write(`${name.padEnd(44)} ${value}\n`);
  }
  if (values.out) {
    writeFileSync(values.out, `${JSON.stringify(figures, undefined, 2)}\n`);
  }
});
