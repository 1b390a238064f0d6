// `yarn bench:gateway [--only tools|calls] [--out FILE] [--profile DIR] [--rounds 5]`: how
// long the tools of a very large API take to make, and what calls of a tool cost
// through the gateways. Tables are printed, JSON is written with --out, and CPU profiles
// of the gateways with --profile.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { callFigures } from './lib/bench/calls/index.mjs';
import { callTable, withRatios } from './lib/bench/table.mjs';
import { compileFigures } from './lib/bench/compile.mjs';
import { main, Refusal } from '../packages/cli/src/refusal.mjs';

const PARTS = {
  async tools({ rounds }) {
    const figures = await compileFigures(rounds);
    for (const [name, value] of Object.entries(figures)) {
      process.stdout.write(`${name.padEnd(44)} ${value}\n`);
    }
    return figures;
  },
  async calls(options) {
    const { rows, sent, metered } = await callFigures(options);
    const figures = withRatios(rows, 'bare proxy');
    process.stdout.write(
      `${callTable(figures, { asked: 'upstreamPerCall' })}\n`,
    );
    process.stdout.write(`${sent} calls sent, ${metered} metered\n`);
    return { rows: figures, sent, metered };
  },
};

await main(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      out: { type: 'string' },
      profile: { type: 'string' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const names = values.only ? [values.only] : Object.keys(PARTS);
  const results = {};
  for (const name of names) {
    if (!Object.hasOwn(PARTS, name)) {
      throw new Refusal(`there is no part "${name}"`);
    }
    results[name] = await PARTS[name]({
      ...values,
      rounds: Number(values.rounds),
    });
  }
  if (values.out) {
    writeFileSync(values.out, `${JSON.stringify(results, undefined, 2)}\n`);
  }
});
