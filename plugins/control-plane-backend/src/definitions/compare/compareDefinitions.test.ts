import { compareDefinitions } from './compareDefinitions';

type Json = Record<string, any>;

const INFO = { title: 'T', version: '1' };
const DONE = { 200: { description: 'Done' } };

const v3 = (operation: Json, more: Json = {}): Json => ({
  openapi: '3.0.3',
  info: INFO,
  paths: { '/a': { post: { responses: DONE, ...operation } } },
  ...more,
});
const body = (schema: Json, required = false) => ({
  requestBody: { required, content: { 'application/json': { schema } } },
});
const answer = (schema: Json, type = 'application/json') => ({
  responses: { 200: { description: '', content: { [type]: { schema } } } },
});
const query = (schema: Json, more: Json = {}) => ({
  parameters: [{ name: 'q', in: 'query', schema, ...more }],
});
const object = (properties: Json, ...required: string[]) => ({
  type: 'object',
  properties,
  required,
});
const TEXT = { type: 'string' };

/** Changes of the only operation, as `kind where`, with `!` for what breaks callers. */
function told(before: Json, after: Json): string[] {
  const { operations } = compareDefinitions(before, after);
  return operations.flatMap(({ changes }) =>
    changes.map(c => `${c.kind} ${c.where}${c.breaking ? '!' : ''}`),
  );
}

/** Both ways. */
const bothWays = (a: Json, b: Json) => [told(v3(a), v3(b)), told(v3(b), v3(a))];

it('tells of operations that came and went, whatever their paths call what they take', () => {
  const responses = DONE;
  const id = (name: string) => ({
    parameters: [{ name, in: 'path', required: true, schema: TEXT }],
  });
  const before = {
    openapi: '3.0.3',
    info: INFO,
    paths: {
      '/a': { get: { operationId: 'a', responses }, put: { responses } },
      '/a/{id}/b': { get: { ...id('id'), responses } },
    },
  };
  const after = {
    ...before,
    paths: {
      '/a': { get: { operationId: 'a', responses }, post: { responses } },
      '/a/{key}/b': { get: { ...id('key'), responses } },
    },
  };
  expect(compareDefinitions(before, after)).toEqual({
    breaking: true,
    added: 1,
    removed: 1,
    changed: 1,
    omitted: 0,
    operations: [
      expect.objectContaining({
        change: 'removed',
        method: 'put',
        path: '/a',
        breaking: true,
      }),
      expect.objectContaining({
        change: 'changed',
        path: '/a/{key}/b',
        breaking: false,
        changes: [
          {
            kind: 'parameter_renamed',
            where: 'path.id',
            before: 'id',
            after: 'key',
            breaking: false,
          },
        ],
      }),
      expect.objectContaining({ change: 'added', method: 'post' }),
    ],
  });
  expect(compareDefinitions(before, structuredClone(before))).toMatchObject({
    breaking: false,
    operations: [],
  });
});

it.each<[string, Json, Json, string[], string[]]>([
  [
    'its name',
    { operationId: 'a' },
    { operationId: 'b' },
    ['renamed '],
    ['renamed '],
  ],
  ['its words', {}, { summary: 'A' }, ['documentation '], ['documentation ']],
  ['its end', {}, { deprecated: true }, ['deprecated '], ['undeprecated ']],
  [
    'a parameter',
    {},
    query(TEXT),
    ['parameter_added query.q'],
    ['parameter_removed query.q!'],
  ],
  [
    'a parameter that must be there',
    {},
    query(TEXT, { required: true }),
    ['parameter_added query.q!'],
    ['parameter_removed query.q!'],
  ],
  [
    'whether it must be there',
    query(TEXT),
    query(TEXT, { required: true }),
    ['required query.q!'],
    ['optional query.q'],
  ],
  [
    'how a list is written',
    query({ type: 'array', items: TEXT }),
    query({ type: 'array', items: TEXT }, { explode: false }),
    ['parameter_style query.q!'],
    ['parameter_style query.q!'],
  ],
  [
    'how a text is written',
    query(TEXT),
    query(TEXT, { explode: false }),
    [],
    [],
  ],
  ['a body', {}, body(TEXT), ['body_added body'], ['body_removed body!']],
  [
    'a property that is sent',
    body(object({})),
    body(object({ a: TEXT })),
    ['property_added body.a'],
    ['property_removed body.a!'],
  ],
  [
    'a property that must be sent',
    body(object({})),
    body(object({ a: TEXT }, 'a')),
    ['property_added body.a!'],
    ['property_removed body.a!'],
  ],
  [
    'a property that is never sent',
    body(object({})),
    body(object({ a: { ...TEXT, readOnly: true } })),
    [],
    [],
  ],
  [
    'a property that is answered',
    answer(object({})),
    answer(object({ a: TEXT }, 'a')),
    ['property_added 200.a'],
    ['property_removed 200.a!'],
  ],
  [
    'whether a property is always answered',
    answer(object({ a: TEXT }, 'a')),
    answer(object({ a: TEXT })),
    ['optional 200.a!'],
    ['required 200.a'],
  ],
  [
    'values that are sent',
    query({ enum: ['a'] }),
    query({ enum: ['a', 'b'] }),
    ['values_added query.q'],
    ['values_removed query.q!'],
  ],
  [
    'values that are answered',
    answer({ type: 'array', items: { enum: ['a'] } }),
    answer({ type: 'array', items: { enum: ['a', 'b'] } }),
    ['values_added 200[]!'],
    ['values_removed 200[]'],
  ],
  [
    'a number that may have a fraction',
    query({ type: 'integer' }),
    query({ type: 'number' }),
    ['type query.q'],
    ['type query.q!'],
  ],
  [
    'null in an answer',
    answer(TEXT),
    answer({ ...TEXT, nullable: true }),
    ['type 200!'],
    ['type 200'],
  ],
  [
    'limits',
    body({ ...TEXT, maxLength: 5 }),
    body({ ...TEXT, minLength: 1 }),
    ['limit body!', 'limit body'],
    ['limit body!', 'limit body'],
  ],
  [
    'a pattern',
    body(TEXT),
    body({ ...TEXT, pattern: '^a' }),
    ['pattern body!'],
    ['pattern body'],
  ],
  [
    'properties without a name',
    body({ type: 'object' }),
    body({ type: 'object', additionalProperties: false }),
    ['more_properties_refused body!'],
    ['more_properties_allowed body'],
  ],
  [
    'a kind of body',
    body({ oneOf: [{ title: 'A' }, { title: 'B' }] }),
    body({ oneOf: [{ title: 'A' }, { title: 'B' }, { title: 'C' }] }),
    ['alternative_added body'],
    ['alternative_removed body!'],
  ],
  [
    'what is compared as a whole',
    body({ not: { type: 'string' } }),
    body({ not: { type: 'number' } }),
    ['rules body!'],
    ['rules body!'],
  ],
  [
    'the form of an answer',
    answer(TEXT),
    answer(TEXT, 'text/csv'),
    ['media_type_removed 200!', 'media_type_added 200'],
    ['media_type_removed 200!', 'media_type_added 200'],
  ],
  [
    'a header of an answer',
    { responses: { 200: { description: '' } } },
    {
      responses: {
        200: { description: '', headers: { 'X-Left': { schema: TEXT } } },
      },
    },
    ['header_added 200.headers.x-left'],
    ['header_removed 200.headers.x-left!'],
  ],
  [
    'an answer',
    { responses: { 200: { description: '' }, 404: { description: '' } } },
    { responses: { 201: { description: '' } } },
    ['response_removed 200!', 'response_removed 404', 'response_added 201'],
    ['response_removed 201!', 'response_added 200', 'response_added 404'],
  ],
  [
    'a range of answers for one',
    { responses: { 200: { description: '' } } },
    { responses: { '2XX': { description: '' } } },
    ['response_added 2xx'],
    ['response_removed 2xx!', 'response_added 200'],
  ],
])('judges %s, and the way back', (_, before, after, there, back) => {
  const [forth, reverse] = bothWays(before, after);
  expect(forth).toEqual(there);
  expect(reverse).toEqual(back);
});

it('tells what was and what is', () => {
  const { operations } = compareDefinitions(
    v3(query({ type: 'string', enum: ['a', 'b'] })),
    v3(query({ type: 'string', enum: ['a'] })),
  );
  expect(operations[0].changes).toEqual([
    {
      kind: 'values_removed',
      where: 'query.q',
      before: '"b"',
      breaking: true,
    },
  ]);
});

it('sees who is let in', () => {
  const schemes = {
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Key' },
        same: { type: 'apiKey', in: 'header', name: 'X-Key' },
        token: { type: 'oauth2', flows: {} },
      },
    },
  };
  const of = (security?: Json[]) => v3(security ? { security } : {}, schemes);
  const key = of([{ key: [] }]);
  const narrowed = ['security_narrowed !'];
  const widened = ['security_widened '];
  expect(told(of(), key)).toEqual(narrowed);
  expect(told(key, of())).toEqual(widened);
  expect(told(key, of([{ same: [] }]))).toEqual([]);
  expect(told(key, of([{ key: [] }, { token: ['a'] }]))).toEqual(widened);
  expect(told(of([{ token: ['a', 'b'] }]), of([{ token: ['a'] }]))).toEqual(
    widened,
  );
  expect(told(key, of([{ key: [], token: [] }]))).toEqual(narrowed);
  const everywhere = { ...v3({}, schemes), security: [{ key: [] }] };
  expect(told(key, everywhere)).toEqual([]);
});

it('finds nothing between documents that say the same in other words', () => {
  const inline = v3(
    body(object({ a: { ...TEXT, nullable: true }, n: TEXT }, 'a')),
  );
  const referring = {
    ...v3(
      body({
        allOf: [{ $ref: '#/components/schemas/A' }, object({ n: TEXT })],
      }),
    ),
    openapi: '3.1.0',
    components: {
      schemas: {
        A: object({ a: { anyOf: [TEXT, { type: 'null' }] } }, 'a'),
      },
    },
  };
  expect(told(inline, referring)).toEqual([]);
  expect(told(referring, inline)).toEqual([]);

  const swagger = {
    swagger: '2.0',
    info: INFO,
    consumes: ['application/json'],
    produces: ['application/json; charset=utf-8'],
    paths: {
      '/a': {
        post: {
          parameters: [
            { name: 'q', in: 'query', type: 'string', minLength: 2 },
            { name: 'b', in: 'body', schema: object({ a: TEXT }) },
          ],
          responses: { 200: { description: '', schema: TEXT } },
        },
      },
    },
  };
  const later = v3({
    ...query({ ...TEXT, minLength: 2 }),
    ...body(object({ a: TEXT })),
    ...answer(TEXT),
  });
  expect(told(swagger, later)).toEqual([]);
  expect(told(swagger, v3({ ...query(TEXT), ...answer(TEXT) }))).toEqual([
    'body_removed body!',
    'limit query.q',
  ]);
});

it('follows schemas that hold themselves, and tells of each place once', () => {
  const tree = (leaf: Json) =>
    v3(answer({ $ref: '#/components/schemas/Tree' }), {
      components: {
        schemas: {
          Tree: object({
            leaf,
            left: { $ref: '#/components/schemas/Tree' },
            right: { $ref: '#/components/schemas/Tree' },
          }),
        },
      },
    });
  expect(told(tree(TEXT), tree({ type: 'integer' }))).toEqual([
    'type 200.leaf!',
  ]);
  const odd = (not: Json) =>
    v3(body({ not: { $ref: '#/components/schemas/Odd' } }), {
      components: {
        schemas: {
          Odd: { not, allOf: [{ $ref: '#/components/schemas/Odd' }] },
        },
      },
    });
  expect(told(odd(TEXT), odd(TEXT))).toEqual([]);
  expect(told(odd(TEXT), odd({ type: 'null' }))).toEqual(['rules body!']);
});

it('says how much it does not tell', () => {
  const wide = (count: number) =>
    v3(
      body(
        object(
          Object.fromEntries(
            Array.from({ length: count }, (_, n) => [`p${n}`, TEXT]),
          ),
        ),
      ),
    );
  const [operation] = compareDefinitions(wide(100), wide(0)).operations;
  expect([operation.changes.length, operation.omitted]).toEqual([25, 75]);
});

it('is not exponential where schemas are taken together again and again', () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 60 }, (_, n) => {
      const next = { $ref: `#/components/schemas/S${n + 1}` };
      return [`S${n}`, { allOf: [next, next], not: next }];
    }),
  );
  const bomb = (last: Json) =>
    v3(body({ $ref: '#/components/schemas/S0' }), {
      components: { schemas: { ...schemas, S60: last } },
    });
  expect(told(bomb(TEXT), bomb(TEXT))).toEqual([]);
  expect(told(bomb(TEXT), bomb({ type: 'integer' }))).toEqual([
    'type body!',
    'rules body!',
  ]);
});
