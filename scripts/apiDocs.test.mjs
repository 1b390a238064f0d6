// docs/api.md is what the contract says today.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { apiDocs } from './lib/apiDocs.mjs';
import { root } from './lib/paths.mjs';

test('docs/api.md is made from the contract (yarn api:docs)', async () => {
  const kept = readFileSync(join(root, 'docs/api.md'), 'utf8');
  assert.equal(kept, await apiDocs());
  assert.match(kept, /\| `POST \/v1\/subscriptions` +\|/);
  assert.match(kept, /\| `stoa\.rate_limited` +\| 429 +\|/);
});
