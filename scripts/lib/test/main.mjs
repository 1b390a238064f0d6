import { parseArgs } from 'node:util';
import { environment } from '../node.mjs';
import { since } from '../progress.mjs';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';
import { prepare } from '../start.mjs';

/**
 * Runs all stages, or those named with `--only lint,jest`. A failing stage does not
 * keep the next one from running. The last line is the sum.
 */
export async function test(stages) {
  const names = selected(stages);
  const { node, yarn } = await prepare({
    withBuild: names.some(name =>
      ['browser', 'readme', 'tools', 'logs', 'production'].includes(name),
    ),
  });
  const context = { node, env: environment(node, yarn) };
  const rows = [];
  for (const name of names) {
    process.stdout.write(`\n── ${name}\n`);
    const begin = Date.now();
    const count = await stages[name](context).catch(failure);
    rows.push({ name, ...count, took: since(begin) });
  }
  return report(rows);
}

function selected(stages) {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const all = Object.keys(stages);
  const names = values.only?.split(',') ?? all;
  const unknown = names.find(name => !all.includes(name));
  if (unknown !== undefined) {
    throw new Refusal(
      `there is no stage "${unknown}"; there are ${all.join(', ')}`,
    );
  }
  return names;
}

/** What keeps a stage from running at all counts as a failed test. */
function failure(error) {
  const what = error instanceof Refusal ? error.message : error.stack;
  process.stdout.write(`${what}\n`);
  return { passed: 0, failed: 1 };
}

function report(rows) {
  process.stdout.write('\n');
  for (const { name, passed, failed, took } of rows) {
    const mark = failed === 0 ? '✓' : '✗';
    process.stdout.write(
      `${mark} ${name.padEnd(10)} ${String(passed).padStart(5)} passed ${String(
        failed,
      ).padStart(4)} failed  ${took}\n`,
    );
  }
  const sum = key => rows.reduce((total, row) => total + row[key], 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 ? 0 : 1;
}
