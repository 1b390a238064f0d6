// Run by `npm test` against a started instance (STOA_URL, STOA_DATA_DIR): the
// README's `sh` blocks, in order and in one shell. Each line of a `text` block
// must be found in what the `sh` block before it has printed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../paths.mjs';
import { readJson } from '../../../packages/cli/src/privateFile.mjs';
import { run } from '../run.mjs';

const { STOA_URL, STOA_DATA_DIR } = process.env;
const { backends } = readJson(join(STOA_DATA_DIR, 'demo.json'));

/** This instance has other ports than the README's. */
const readme = readFileSync(join(root, 'README.md'), 'utf8')
  .replaceAll('http://localhost:7007', STOA_URL)
  .replaceAll('127.0.0.1:7011', `127.0.0.1:${backends.crm}`);

const steps = [];
for (const [, language, text] of readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
  if (language === 'sh') steps.push({ commands: text, expected: [] });
  if (language === 'text') steps.at(-1).expected = text.trimEnd().split('\n');
}

const mark = index => `--- end of block ${index} ---`;
const script = steps
  .map(({ commands }, index) => `${commands}\necho '${mark(index)}'`)
  .join('\n');
const { code, output } = await run('bash', ['-euo', 'pipefail', '-c', script], {
  cwd: root,
});

let rest = output;
for (const [index, { commands, expected }] of steps.entries()) {
  const [said, after] = rest.split(`${mark(index)}\n`);
  rest = after ?? '';
  test(`README: ${commands.split('\n')[0]}`, () => {
    assert.notEqual(after, undefined, `ended with ${code}:\n${said}`);
    for (const line of expected) assert.ok(said.includes(line), said);
  });
}
