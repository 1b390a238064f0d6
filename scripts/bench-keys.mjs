// `yarn bench:keys [--subscriptions 1000000] [--rounds 5] [--out FILE] [--profile DIR]`: what the check
// of an API key costs among many subscriptions, and how long a revoked key still works.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { keyFigures, REFERENCE } from './lib/bench/keys/index.mjs';
import { callTable, withRatios } from './lib/bench/table.mjs';
import { main } from '../packages/cli/src/refusal.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: {
      subscriptions: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      out: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const count = Number(values.subscriptions);
  const { rows, dead } = await keyFigures({
    count,
    rounds: Number(values.rounds),
    profile: values.profile,
  });
  const figures = withRatios(rows, REFERENCE);
  process.stdout.write(
    `${count} subscriptions\n${callTable(
      figures,
    )}\nA revoked key still worked for, at the most:\n`,
  );
  for (const [door, ms] of Object.entries(dead)) {
    process.stdout.write(`${door.padEnd(14)} ${ms.toFixed(0)} ms\n`);
  }
  if (values.out) {
    writeFileSync(
      values.out,
      `${JSON.stringify({ count, rows: figures, dead }, undefined, 2)}\n`,
    );
  }
});
