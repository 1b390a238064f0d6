import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { run } from '../run.mjs';

/**
 * Runs one of the repository's tools, its output on the terminal.
 *
 * @typedef {{passed: number, failed: number}} Count
 */
function tool(context, name, args, { cwd = root, env = {} } = {}) {
  return run(
    context.node.path,
    [join(root, 'node_modules', '.bin', name), ...args],
    { cwd, env: { ...context.env, ...env }, output: 'show' },
  );
}

/** A tool that says yes or no counts as one test. */
export async function check(context, name, args) {
  const { code } = await tool(context, name, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Node's own test runner over the scripts. */
export async function nodeTests(context, files, env) {
  const { code, output } = await run(
    context.node.path,
    ['--test', '--test-reporter=tap', ...files],
    { cwd: root, env: { ...context.env, ...env } },
  );
  const number = word =>
    Number(output.match(new RegExp(`^# ${word} (\\d+)$`, 'm'))?.[1] ?? 0);
  if (code !== 0) process.stdout.write(output);
  return settle(code, { passed: number('pass'), failed: number('fail') });
}

/** Jest over every package. A file in which nothing ran counts as a failure. */
export async function jest(context, args, env) {
  const report = join(tmpdir(), `stoa-jest-${process.pid}.json`);
  try {
    const { code } = await tool(
      context,
      'backstage-cli',
      ['repo', 'test', '--json', `--outputFile=${report}`, ...args],
      { env },
    );
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const count = status =>
      testResults
        .flatMap(file => file.assertionResults)
        .filter(test => test.status === status).length;
    const empty = testResults.filter(
      file =>
        !file.assertionResults.some(({ status }) =>
          ['passed', 'failed'].includes(status),
        ),
    );
    for (const { name } of empty)
      process.stdout.write(`Nothing ran in ${name}\n`);
    return settle(code, {
      passed: count('passed'),
      failed: count('failed') + empty.length,
    });
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(report, { force: true });
  }
}

/** Playwright over the browser journey. */
export async function playwright(context, args, env) {
  const report = join(tmpdir(), `stoa-playwright-${process.pid}.json`);
  try {
    const { code } = await tool(context, 'playwright', ['test', ...args], {
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    });
    const { stats } = JSON.parse(readFileSync(report, 'utf8'));
    return settle(code, {
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
    });
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(report, { force: true });
  }
}

/** A runner that failed for a reason of its own, or ran nothing, has failed once. */
function settle(code, { passed, failed }) {
  const silent = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: silent ? 1 : failed };
}
