// The client's types are what the contract says today.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './lib/paths.mjs';

const CONTRACT = 'plugins/control-plane-backend/src/schema/openapi.yaml';
const TYPES = 'plugins/stoa-common/src/client/schema.ts';

test('the types of the client are made from the contract (yarn api:types)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stoa-types-'));
  try {
    const made = join(folder, 'schema.ts');
    const run = (tool, args, input) =>
      execFileSync(
        process.execPath,
        [join(root, 'node_modules', tool), ...args],
        { cwd: root, stdio: 'pipe', encoding: 'utf8', input },
      );
    run('openapi-typescript/bin/cli.js', [CONTRACT, '-o', made]);
    const pretty = run(
      'prettier/bin-prettier.js',
      ['--stdin-filepath', TYPES],
      readFileSync(made),
    );
    assert.equal(pretty, readFileSync(join(root, TYPES), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
