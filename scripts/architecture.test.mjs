import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { root } from './lib/paths.mjs';
import { violations } from './lib/test/architecture.mjs';

test('this repository keeps the rules of the house', () => {
  assert.deepEqual(violations(root), []);
});

/** A workspace of three packages that keeps the rules, changed by `files`. */
function violationsWith(t, files) {
  const workspace = mkdtempSync(join(tmpdir(), 'stoa-architecture-'));
  t.after(() => rmSync(workspace, { recursive: true }));
  const all = {
    'packages/backend/package.json': {
      name: 'backend',
      dependencies: { '@stoa/plugin-one-backend': 'workspace:^' },
    },
    'packages/backend/src/index.ts': `import('@stoa/plugin-one-backend');`,
    'plugins/one-backend/package.json': {
      name: '@stoa/plugin-one-backend',
      dependencies: { '@stoa/plugin-stoa-node': 'workspace:^', knex: '^3' },
      devDependencies: { supertest: '^7' },
    },
    'plugins/one-backend/src/index.ts': `
      import { Knex } from 'knex';
      import { readFile } from 'node:fs/promises';
      export * from '@stoa/plugin-stoa-node';
      export * from './alpha';`,
    'plugins/one-backend/src/alpha.ts': `export { x } from 'knex/alpha';`,
    'plugins/one-backend/src/one.test.ts': `import request from 'supertest';`,
    'plugins/two-backend/package.json': { name: '@stoa/plugin-two-backend' },
    'plugins/stoa-node/package.json': { name: '@stoa/plugin-stoa-node' },
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(
      join(workspace, path),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  }
  return violations(workspace);
}

test('a workspace that keeps them has no violations', t => {
  assert.deepEqual(violationsWith(t, {}), []);
});

const PLANTED = {
  'a plugin that declares another one': [
    {
      'plugins/two-backend/package.json': {
        name: '@stoa/plugin-two-backend',
        dependencies: { '@stoa/plugin-one-backend': 'workspace:^' },
      },
    },
    /plugin-two-backend declares @stoa\/plugin-one-backend, which it may not use/,
  ],
  'a plugin that imports another one': [
    {
      'plugins/one-backend/src/bad.ts': `import type { A } from '@stoa/plugin-two-backend';`,
    },
    /bad\.ts imports @stoa\/plugin-two-backend, which @stoa\/plugin-one-backend may not use/,
  ],
  'a library that imports a plugin': [
    {
      'plugins/stoa-node/src/bad.ts': `const p = import('@stoa/plugin-one-backend/deep');`,
    },
    /stoa-node\/src\/bad\.ts imports @stoa\/plugin-one-backend, which/,
  ],
  'an import that is not declared': [
    { 'plugins/one-backend/src/bad.ts': `import x from '@scope/other/part';` },
    /bad\.ts imports @scope\/other, which @stoa\/plugin-one-backend does not declare/,
  ],
  'a development dependency in what is shipped': [
    { 'plugins/one-backend/src/bad.ts': `import x from 'supertest';` },
    /bad\.ts imports supertest, which @stoa\/plugin-one-backend does not declare/,
  ],
  'an unstable entry outside the agreed file': [
    { 'plugins/one-backend/src/bad.ts': `export * from 'knex/alpha';` },
    /bad\.ts imports knex\/alpha: only src\/alpha\.ts may/,
  ],
  'a second file with unstable entries': [
    {
      'plugins/one-backend/src/alphaMore.ts': `export * from 'knex/alpha';`,
    },
    /plugin-one-backend uses unstable entries in 2 files/,
  ],
};

for (const [what, [files, expected]] of Object.entries(PLANTED)) {
  test(`${what} is found`, t => {
    const found = violationsWith(t, files);
    assert.match(found.join('\n'), expected);
  });
}
