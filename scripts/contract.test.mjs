// The contract is a good OpenAPI document, by the strict rules of its linter.
import { createConfig, lint } from '@redocly/openapi-core';
import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from './lib/paths.mjs';

const CONTRACT = 'plugins/control-plane-backend/src/schema/openapi.yaml';

const RULES = {
  'no-invalid-media-type-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'operation-tag-defined': 'error',
  'parameter-description': 'error',
  // Every operation has the same error answer, as `default`.
  'operation-4xx-response': 'off',
  // Words as `my` stand where an id stands; ids are never such words.
  'no-ambiguous-paths': 'off',
};

test('the contract passes its linter', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: RULES,
  });
  const problems = await lint({ ref: join(root, CONTRACT), config });
  assert.deepEqual(
    problems.map(({ ruleId, message, location: [{ source, pointer }] }) =>
      [relative(root, source.absoluteRef), pointer, ruleId, message].join(' '),
    ),
    [],
  );
});
