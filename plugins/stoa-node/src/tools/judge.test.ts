import { judgeOf } from './judge';

it('keeps the patterns of schemas apart', () => {
  const judge = (pattern: string) =>
    judgeOf({ type: 'object', properties: { a: { type: 'string', pattern } } });
  const [letters, digits] = [judge('^[A-Z]{2}$'), judge('^[0-9]+$')];
  expect(letters({ a: 'FR' })).toBeUndefined();
  expect(letters({ a: '12' })).toHaveLength(1);
  expect(digits({ a: '12' })).toBeUndefined();
  expect(digits({ a: 'FR' })).toHaveLength(1);
  const both = judgeOf({
    type: 'object',
    properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } },
  });
  expect(both({ a: 'a', b: 'b' })).toBeUndefined();
  expect(both({ a: 'b', b: 'a' })).toHaveLength(2);
});

it('does not know one schema by the name of another', () => {
  const named = (type: string) =>
    judgeOf({ $id: 'https://same.example/', type, properties: {} });
  expect(named('object')({})).toBeUndefined();
  expect(named('string')('text')).toBeUndefined();
  expect(() =>
    judgeOf({
      type: 'object',
      properties: { a: { $ref: 'https://same.example/' } },
    }),
  ).toThrow();
});

it('tells what is wrong in words, and not without end', () => {
  const judge = judgeOf({
    type: 'object',
    properties: {
      list: { type: 'array', items: { enum: ['a', 'b'] } },
      id: { type: 'integer' },
    },
    required: ['id'],
    additionalProperties: false,
  });
  expect(judge({ stray: 1 })).toEqual([
    { path: '', message: "must have required property 'id'" },
    { path: '', message: 'has no property "stray"' },
  ]);
  expect(judge({ id: 1, list: Array(1_000).fill('c') })).toHaveLength(10);
  expect(judge({ id: 1, list: ['c'] })).toEqual([
    { path: '/list/0', message: 'must be one of ["a","b"]' },
  ]);
});
