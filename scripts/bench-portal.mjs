// `yarn bench:portal [--apis 10000] [--subscriptions 100000] [--rounds 5] [--out FILE] [--profile DIR]`:
// what a page of the catalogue and of subscriptions costs where there are many.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { portalFigures, REFERENCE } from './lib/bench/portal/index.mjs';
import { callTable, withRatios } from './lib/bench/table.mjs';
import { main } from '../packages/cli/src/refusal.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: {
      apis: { type: 'string', default: '10000' },
      subscriptions: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '5' },
      out: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const size = {
    apis: Number(values.apis),
    subscriptions: Number(values.subscriptions),
  };
  const { rows } = await portalFigures({
    ...size,
    rounds: Number(values.rounds),
    profile: values.profile,
  });
  const figures = withRatios(rows, REFERENCE, { sameWay: true });
  process.stdout.write(
    `${size.apis} APIs, ${size.subscriptions} subscriptions\n${callTable(
      figures,
    )}\n`,
  );
  if (values.out) {
    writeFileSync(
      values.out,
      `${JSON.stringify({ ...size, rows: figures }, undefined, 2)}\n`,
    );
  }
});
