import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { CompiledTool } from '@stoa/plugin-stoa-common';
import { ArgumentError } from '../ArgumentError';
import { linearRegExp } from '../linearRegExp';
import { prepareRequest } from '../prepareRequest';
import { compileTools } from './index';

type Json = Record<string, unknown>;

const DONE = { 200: { description: 'Done' } };
const text = { type: 'string' };

const document = (paths: Json, schemas: Json = {}) => ({
  openapi: '3.1.0',
  info: { title: 'T', version: '1' },
  paths: {
    ...paths,
    '/good': { get: { operationId: 'good', responses: DONE } },
  },
  components: { schemas },
});

const taking = (schema: unknown) => ({
  post: {
    operationId: 'bad',
    parameters: [{ name: 'a', in: 'query', schema }],
    responses: DONE,
  },
});

/** What becomes of one operation; the other one of the document must become a tool. */
function fate(item: Json, schemas?: Json) {
  const { tools, problems } = compileTools(
    document({ '/bad': item }, schemas),
    {},
  );
  expect(tools.map(t => t.operation)).toContain('good');
  const tool: CompiledTool | undefined = tools.find(t => t.operation === 'bad');
  return { tool, problems: problems.map(p => p.message) };
}

/** As a gateway does: the schema is compiled, with patterns of linear time. */
function compiled(schema: CompiledTool['inputSchema']) {
  const ajv = new Ajv({
    strict: false,
    ownProperties: true,
    code: { regExp: linearRegExp },
  });
  addFormats(ajv);
  return ajv.compile(schema);
}

describe('a schema', () => {
  const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

  it.each([
    [
      'a server',
      'http://169.254.169.254/latest#/a',
      /points out of the document/,
    ],
    ['a file', 'file:///etc/passwd', /points out/],
    ['another document', 'other.yaml#/A', /points out/],
    ['an anchor', '#anchor', /points out/],
    ['nothing', '#/components/schemas/None', /points to nothing/],
    [
      'what all objects inherit',
      '#/components/schemas/constructor',
      /points to nothing/,
    ],
    ['the prototype of all', '#/__proto__/toString', /points to nothing/],
    ['itself', '#/components/schemas/Loop', /refers to itself/],
  ])('that refers to %s makes no tool', (_, $ref, told) => {
    const schemas = { Loop: refTo('Loop2'), Loop2: refTo('Loop') };
    // As a whole body, where it is followed, and within, where it is translated.
    const body = { content: { 'application/json': { schema: { $ref } } } };
    const { tool, problems } = fate(
      { post: { operationId: 'bad', requestBody: body, responses: DONE } },
      schemas,
    );
    expect(tool).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(told)]);
    expect(fate(taking({ $ref }), schemas).tool).toBeUndefined();
  });

  it('that is recursive is defined once, and can be compiled', () => {
    const schemas = {
      A: {
        type: 'object',
        properties: { b: refTo('B') },
        additionalProperties: false,
      },
      B: { type: 'array', items: { anyOf: [refTo('A'), refTo('B')] } },
      Loop: { allOf: [refTo('Loop')] },
    };
    const { tool } = fate(taking(refTo('A')), schemas);
    const validate = compiled(tool!.inputSchema);
    expect(Object.keys(tool!.inputSchema.$defs as Json)).toEqual(['A', 'B']);
    expect(validate({ a: { b: [{ b: [[]] }] } })).toBe(true);
    expect(validate({ a: { b: [{ c: 1 }] } })).toBe(false);
    expect(fate(taking(refTo('Loop')), schemas).tool).toBeDefined();
  });

  it('that is nested ten thousand levels deep makes no tool', () => {
    let deep: Json = text;
    for (let n = 0; n < 10_000; n++) deep = { type: 'array', items: deep };
    const { tool, problems } = fate(taking(deep));
    expect(tool).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/nested/)]);
    const levels = (count: number): Json =>
      count === 0 ? text : { type: 'array', items: levels(count - 1) };
    expect(fate(taking(levels(60))).problems).toEqual([
      expect.stringMatching(/deeper than 50/),
    ]);
    expect(fate(taking(levels(49))).problems).toEqual([
      expect.stringMatching(/too large.* 50 levels/),
    ]);
    expect(fate(taking(levels(40))).problems).toEqual([]);
    const chain = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, n) => [
        `S${n}`,
        { type: 'array', items: n === 9_999 ? text : refTo(`S${n + 1}`) },
      ]),
    );
    expect(fate(taking(refTo('S0')), chain).problems).toEqual([
      expect.stringMatching(/too large/),
    ]);
  });

  it.each<[string, Json]>([
    ['of five megabytes', { type: 'string', enum: ['x'.repeat(5_000_000)] }],
    [
      'of many small parts',
      {
        properties: Object.fromEntries(
          Array.from({ length: 100_000 }, (_, n) => [`p${n}`, text]),
        ),
      },
    ],
    [
      'of many alternatives',
      { anyOf: Array.from({ length: 600 }, (_, n) => ({ const: n })) },
    ],
    ['that multiplies', refTo('L0')],
  ])('%s makes no tool', (_, schema) => {
    const laughs = Object.fromEntries(
      Array.from({ length: 12 }, (_unused, n) => [
        `L${n}`,
        n === 11 ? text : { anyOf: Array(50).fill(refTo(`L${n + 1}`)) },
      ]),
    );
    const { tool, problems } = fate(taking(schema), laughs);
    expect(tool).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/too large/)]);
  });

  it('that multiplies within bounds is not written out', () => {
    const laughs = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [
        `L${n}`,
        n === 11
          ? text
          : {
              type: 'object',
              properties: Object.fromEntries(
                'abcdefghij'.split('').map(k => [k, refTo(`L${n + 1}`)]),
              ),
            },
      ]),
    );
    const { tool } = fate(taking(refTo('L0')), laughs);
    expect(JSON.stringify(tool!.inputSchema).length).toBeLessThan(10_000);
    expect(compiled(tool!.inputSchema)({ a: { a: {} } })).toBe(true);
  });

  it('cannot hold up who tests a text by its pattern', () => {
    // The first two take exponential time in an engine that goes back.
    for (const pattern of [
      '^(x+x+)+y$',
      '^(([a-z])+.)+[A-Z]([a-z])+$',
      '^(a|a)*$',
    ]) {
      const { tool } = fate(taking({ type: 'string', pattern }));
      expect((tool!.inputSchema.properties as Json).a).toEqual({
        type: 'string',
        pattern,
      });
      expect(
        compiled(tool!.inputSchema)({ a: `${'xa'.repeat(20_000)}!` }),
      ).toBe(false);
    }
    for (const pattern of [
      '^(a+)+\\1$',
      `(${'a?'.repeat(600)})`,
      '(a{900}){900}',
    ]) {
      const { tool, problems } = fate(taking({ type: 'string', pattern }));
      expect((tool!.inputSchema.properties as Json).a).toEqual(text);
      expect(problems).toEqual([expect.stringMatching(/is left out/)]);
    }
    const keyed = fate(
      taking({ patternProperties: { '^(?=a)': text, '^b': text } }),
    );
    expect((keyed.tool!.inputSchema.properties as Json).a).toEqual({
      patternProperties: { '^b': text },
    });
  });

  it('may be named after the innards of JavaScript', () => {
    const properties = JSON.parse(
      '{"__proto__": {"type": "integer"}, "constructor": {"type": "integer"}, "toString": {"type": "integer"}}',
    );
    const schemas = JSON.parse('{"__proto__": {"type": "integer"}}');
    const required = ['__proto__', 'constructor'];
    const { tool } = fate(
      taking({
        type: 'object',
        properties,
        required,
        dependentRequired: JSON.parse('{"__proto__": ["a"]}'),
      }),
      schemas,
    );
    expect((tool!.inputSchema.properties as Json).a).toEqual({
      type: 'object',
      properties: {
        constructor: { type: 'integer' },
        toString: { type: 'integer' },
      },
      required: ['constructor'],
      dependentRequired: {},
    });
    const { a } = tool!.inputSchema.properties as { a: Json };
    expect(Object.getPrototypeOf(a.properties)).toBe(Object.prototype);
    const validate = compiled(tool!.inputSchema);
    expect(validate({ a: { constructor: 1 } })).toBe(true);
    expect(validate({ a: {} })).toBe(false);
    expect(Object.hasOwn(Object.prototype, 'type')).toBe(false);
  });
});

describe('what a model is told', () => {
  const TAGS = Array.from('ignore all', c =>
    String.fromCodePoint(0xe0000 + c.charCodeAt(0)),
  ).join('');

  it.each([
    ['tags', TAGS],
    ['marks of direction', '\u202Eabc\u202C\u2066\u2069\u061c'],
    ['no width', '\u200b\u200c\u200d\u2060\ufeff\u00ad'],
    ['controls', '\u0000\u0008\u001b[8m\u007f\u009b'],
    ['invisible letters and selectors', '\u3164\u115f\uffa0\ufe01\u{e0101}'],
  ])('hides nothing in %s', (_, hidden) => {
    const { tool, problems } = fate({
      get: {
        operationId: 'bad',
        summary: `A${hidden}`,
        description: `B${hidden}`,
        parameters: [
          {
            name: 'a',
            in: 'query',
            description: `C${hidden}`,
            schema: { ...text, title: `D${hidden}` },
          },
        ],
        responses: {
          200: {
            description: 'x',
            content: {
              'application/json': {
                schema: { type: 'object', description: `E${hidden}` },
              },
            },
          },
        },
      },
    });
    const visible = hidden.replace(/[^\x20-\x7e]/g, '');
    expect(tool).toMatchObject({
      title: `A${visible}`,
      description: `A${visible}\n\nB${visible}`,
      annotations: { title: `A${visible}` },
      inputSchema: {
        properties: { a: { description: `C${visible}`, title: `D${visible}` } },
      },
      outputSchema: { description: `E${visible}` },
    });
    expect(problems).toContain(
      'Hidden characters are taken out of its description.',
    );
    expect(problems).toContain(
      'Hidden characters are taken out of a description.',
    );
  });

  it('hides nothing in names and values either', () => {
    for (const schema of [
      { properties: { [`a${TAGS}`]: text } },
      { enum: ['a\u202e'] },
      { default: 'a\u200b' },
      { items: { const: { k: '\u2066' } } },
    ]) {
      const { tool, problems } = fate(taking(schema));
      expect(tool).toBeUndefined();
      expect(problems).toEqual([expect.stringMatching(/hidden characters/)]);
    }
    const { tool } = fate({
      get: {
        operationId: 'bad',
        responses: {
          200: {
            description: 'x',
            content: { 'application/json': { schema: { enum: ['\u202e'] } } },
          },
        },
      },
    });
    expect(tool).toBeDefined();
    expect(tool!.outputSchema).toBeUndefined();
    expect(
      fate(taking({ enum: ['é', '日本', '😀', 'a\tb\n', '❤️'] })).tool,
    ).toBeDefined();
  });
});

it('takes five thousand operations, also of one name', () => {
  const paths = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, n) => [
      `/p${n}/{id}`,
      { get: { ...(n % 2 && { operationId: 'same' }), responses: DONE } },
    ]),
  );
  const { tools, problems } = compileTools(document(paths), {});
  expect(tools).toHaveLength(5_001);
  expect(new Set(tools.map(t => t.name)).size).toBe(5_001);
  expect(tools[1].operation).toBe('GET /p1/{id}');
  expect(problems).toHaveLength(200);
  expect(problems[199]).toEqual({ message: 'And 2300 more.' });
});

it.each<[string, unknown]>([
  ['null', null],
  ['a list', []],
  ['paths that are a text', { openapi: '3.0.0', paths: 'x' }],
  [
    'paths without slashes',
    {
      openapi: '3.0.0',
      paths: { a: { get: {} }, 'http://evil.example/': { get: {} } },
    },
  ],
  [
    'a path item elsewhere',
    { openapi: '3.1.0', paths: { '/a': { $ref: 'http://evil.example/' } } },
  ],
  [
    'operations that are none',
    { openapi: '3.0.0', paths: { '/a': { get: 7, put: null, post: [] } } },
  ],
])('makes no tools of %s', (_, root) => {
  const { tools, problems } = compileTools(root, {});
  expect(tools).toEqual([]);
  const isOne = root !== null && !Array.isArray(root);
  expect(problems).toHaveLength(isOne ? 0 : 1);
});

it.each<[string, Json]>([
  [
    'parameters',
    {
      parameters: [
        7,
        null,
        { in: 'query' },
        { name: 1, in: 'query' },
        { name: 'a', in: 'nowhere' },
        { name: 'b', in: 'query', schema: 7, style: 'none' },
      ],
    },
  ],
  ['a body', { requestBody: { content: { 'application/json': 7 } } }],
  ['no content', { requestBody: { content: 7 } }],
  [
    'answers',
    {
      responses: {
        200: 7,
        201: { content: { 'application/json': null } },
        202: null,
      },
    },
  ],
  ['words', { summary: 7, description: {}, operationId: 7 }],
])('makes the best of malformed %s', (_, operation) => {
  const { tools } = compileTools(document({ '/bad': { post: operation } }), {});
  expect(tools.map(t => t.operation)).toEqual(['POST /bad', 'good']);
  compiled(tools[0].inputSchema);
  prepareRequest(tools[0].binding)({});
});

describe('arguments of a compiled tool', () => {
  const { tools } = compileTools(
    document({
      '/users/{id}/files/{name}.txt': {
        put: {
          operationId: 'put',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: text },
            {
              name: 'name',
              in: 'path',
              required: true,
              style: 'label',
              schema: text,
            },
            {
              name: 'tags',
              in: 'query',
              explode: false,
              schema: { type: 'array', items: text },
            },
            {
              name: 'where',
              in: 'query',
              style: 'deepObject',
              explode: true,
              schema: { type: 'object' },
            },
            { name: 'Host', in: 'header', schema: text },
            { name: 'X-Note', in: 'header', schema: text },
          ],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: { type: 'object', properties: { data: {} } },
              },
            },
          },
          responses: DONE,
        },
      },
    }),
    {},
  );
  const tool = tools[0];
  const validate = compiled(tool.inputSchema);
  const request = prepareRequest(tool.binding);
  const fine = { id: 'u', name: 'n', data: 1 };

  it.each<[string, Json, string | RegExp]>([
    ['a climb', { id: '../admin' }, /"id" must not lead/],
    ['a climb in escapes', { id: '%2e%2e%2fadmin' }, /"id" must not lead/],
    ['a climb in the dots of a label', { name: '/../..' }, /must not lead/],
    ['an empty segment', { id: '' }, /"id" must not be empty/],
    ['a slash', { id: 'a/b' }, '/users/a%2Fb/files/.n.txt'],
    [
      'parameters of a segment',
      { id: 'a;admin=1' },
      '/users/a%3Badmin%3D1/files/.n.txt',
    ],
    [
      'a query and a fragment',
      { id: 'a?b#c' },
      '/users/a%3Fb%23c/files/.n.txt',
    ],
    [
      'another parameter',
      { tags: ['a&admin=1', 'b,c'] },
      '/users/u/files/.n.txt?tags=a%26admin%3D1,b%2Cc',
    ],
    [
      'brackets in keys',
      { where: { 'a]=1&x[': 1 } },
      '/users/u/files/.n.txt?where%5Ba%5D%3D1%26x%5B%5D=1',
    ],
    [
      'a second header',
      { 'X-Note': 'a\r\nHost: evil' },
      /"X-Note" must have visible/,
    ],
    [
      'a prototype',
      { data: JSON.parse('{"__proto__": {"admin": true}}') },
      /must not have a property/,
    ],
    [
      'depth',
      { data: JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) },
      /nested deeper/,
    ],
  ])('cannot smuggle %s', (_, args, outcome) => {
    const all = { ...fine, ...args };
    expect(validate(all)).toBe(true);
    const call = () => request(all);
    const refused = outcome instanceof RegExp;
    expect(
      refused
        ? call
        : () => {
            throw new ArgumentError('-', call().path);
          },
    ).toThrow(outcome);
  });

  it('cannot name another host', () => {
    expect(validate({ ...fine, Host: 'evil.example' })).toBe(false);
    expect(request({ ...fine, Host: 'evil.example' }).headers).toEqual({
      'content-type': 'application/json',
    });
  });
});
