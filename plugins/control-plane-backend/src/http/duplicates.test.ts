import { duplicateField } from './duplicates';

it('finds a field that an object has twice, however it is written', () => {
  for (const [text, expected] of [
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]}', undefined],
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"x":{"b":"a:b","b":1}}', 'b'],
    ['[{"k":1},{"k":1,"z":{"k":2},"k":3}]', 'k'],
    ['{"a":"\\"a\\":1","b":["a","a"]}', undefined],
    ['"a"', undefined],
    ['', undefined],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, undefined],
  ] as const)
    expect(duplicateField(text)).toBe(expected);
});
