import { CompiledTool, isToolName } from '@stoa/plugin-stoa-common';
import { compileTools } from './index';
import { prepareRequest } from '../prepareRequest';

type Json = Record<string, unknown>;

const INFO = { title: 'T', version: '1' };
const DONE = { 200: { description: 'Done' } };

const v3 = (paths: Json, more: Json = {}, openapi = '3.0.3') => ({
  openapi,
  info: INFO,
  paths,
  ...more,
});
const v2 = (paths: Json, more: Json = {}) => ({
  swagger: '2.0',
  info: INFO,
  paths,
  ...more,
});

/** The only tool of a document, which has no problem. */
function only(document: unknown): CompiledTool {
  const { tools, problems } = compileTools(document, {});
  expect(problems).toEqual([]);
  expect(tools).toHaveLength(1);
  return tools[0];
}

/** The tool of one operation at `POST /p`. */
const posted = (operation: Json, more: Json = {}, version = '3.0.3') =>
  only(
    v3({ '/p': { post: { responses: DONE, ...operation } } }, more, version),
  );

const json = (schema: unknown) => ({ 'application/json': { schema } });

const text = { type: 'string' };

describe('parameters', () => {
  it('of path, query, headers and cookies become arguments, the operation over the path', () => {
    const tool = only(
      v3(
        {
          '/customers/{id}': {
            parameters: [
              { $ref: '#/components/parameters/Id' },
              { name: 'verbose', in: 'query', schema: text },
            ],
            get: {
              parameters: [
                {
                  name: 'verbose',
                  in: 'query',
                  schema: { type: 'boolean' },
                  description: 'More of it',
                },
                {
                  name: 'ids',
                  in: 'query',
                  style: 'pipeDelimited',
                  schema: { type: 'array', items: text },
                },
                {
                  name: 'id',
                  in: 'query',
                  required: true,
                  allowReserved: true,
                  schema: text,
                },
                {
                  name: 'X-Trace',
                  in: 'header',
                  schema: { ...text, description: 'Inner' },
                  description: 'Outer',
                  example: 'abc',
                },
                {
                  name: 'theme',
                  in: 'cookie',
                  deprecated: true,
                  schema: { $ref: '#/components/schemas/Theme' },
                },
                {
                  name: 'filter',
                  in: 'query',
                  content: json({ type: 'object' }),
                },
              ],
              responses: DONE,
            },
          },
        },
        {
          components: {
            parameters: {
              Id: {
                name: 'id',
                in: 'path',
                required: true,
                schema: { type: 'integer' },
              },
            },
            schemas: { Theme: { enum: ['light', 'dark'] } },
          },
        },
      ),
    );
    expect(tool.inputSchema).toEqual({
      type: 'object',
      properties: {
        id: { type: 'integer' },
        verbose: { type: 'boolean', description: 'More of it' },
        ids: { type: 'array', items: text },
        id_query: text,
        filter: { type: 'object' },
        'X-Trace': { type: 'string', description: 'Outer', examples: ['abc'] },
        theme: { enum: ['light', 'dark'], deprecated: true },
      },
      required: ['id', 'id_query'],
      additionalProperties: false,
    });
    const args = {
      id: 7,
      id_query: 'a/b',
      verbose: true,
      ids: ['x', 'y'],
      filter: { a: 1 },
      'X-Trace': 't',
      theme: 'dark',
    };
    expect(prepareRequest(tool.binding)(args)).toEqual({
      method: 'GET',
      path: '/customers/7?verbose=true&ids=x%7Cy&id=a/b&filter=%7B%22a%22%3A1%7D',
      headers: { 'x-trace': 't', cookie: 'theme=dark' },
    });
  });

  it('are read in the words of OpenAPI 2.0', () => {
    const list = (collectionFormat?: string) => ({
      in: 'query',
      type: 'array',
      items: { type: 'integer' },
      collectionFormat,
    });
    const tool = only(
      v2({
        '/p/{id}': {
          get: {
            parameters: [
              {
                name: 'id',
                in: 'path',
                required: true,
                type: 'integer',
                minimum: 0,
                exclusiveMinimum: true,
              },
              { name: 'csv', ...list() },
              { name: 'multi', ...list('multi') },
              { name: 'ssv', ...list('ssv') },
              { name: 'tsv', ...list('tsv') },
            ],
            responses: DONE,
          },
        },
      }),
    );
    expect(tool.inputSchema.properties).toEqual({
      id: { type: 'integer', exclusiveMinimum: 0 },
      csv: { type: 'array', items: { type: 'integer' } },
      multi: { type: 'array', items: { type: 'integer' } },
      ssv: { type: 'array', items: { type: 'integer' } },
    });
    const args = { id: 1, csv: [1, 2], multi: [1, 2], ssv: [1, 2] };
    expect(prepareRequest(tool.binding)(args).path).toBe(
      '/p/1?csv=1,2&multi=1&multi=2&ssv=1%202',
    );
  });

  it('are none when they are headers of the gateway, or credentials', () => {
    const header = (name: string, required = false) => ({
      name,
      in: 'header',
      required,
      schema: text,
    });
    const { tools, problems } = compileTools(
      v3(
        {
          '/p': {
            get: {
              operationId: 'get',
              parameters: [
                ...['Authorization', 'accept', 'Content-Type'].map(name =>
                  header(name, true),
                ),
                ...[
                  'X-STOA-Tenant',
                  'host',
                  'Forwarded',
                  'Cookie',
                  'Connection',
                  'x_user_id',
                ].map(name => header(name)),
                header('X-User-Sub', true),
                header('x-token', true),
                { name: 'key', in: 'query', schema: text },
                { name: 'token', in: 'query', schema: text },
              ],
              responses: DONE,
            },
          },
        },
        {
          components: {
            securitySchemes: {
              a: { type: 'apiKey', in: 'query', name: 'key' },
              b: { $ref: '#/components/securitySchemes/c' },
              c: { type: 'apiKey', in: 'header', name: 'X-Token' },
            },
          },
        },
      ),
      {},
    );
    expect(tools.map(t => t.inputSchema.properties)).toEqual([{ token: text }]);
    expect(problems).toEqual([
      {
        operation: 'get',
        message: expect.stringMatching(/"X-User-Sub" is a header/),
      },
      {
        operation: 'get',
        message: expect.stringMatching(/"x-token" is a credential/),
      },
    ]);
  });

  it('have names that hosts of models take', () => {
    const names = [
      'filter[name]',
      '$top',
      '__proto__',
      'émoji',
      '日本',
      'a'.repeat(80),
      'constructor',
      '_id',
    ];
    const tool = only(
      v3({
        '/p': {
          get: {
            parameters: names.map(name => ({
              name,
              in: 'query',
              schema: text,
            })),
            responses: DONE,
          },
        },
      }),
    );
    const args = Object.keys(tool.inputSchema.properties as Json);
    expect(args).toEqual([
      'filter_name',
      'top',
      'proto',
      'moji',
      expect.stringMatching(/^argument_[0-9a-f]{8}$/),
      expect.stringMatching(/^a{55}_[0-9a-f]{8}$/),
      'constructor',
      '_id',
    ]);
    const said = Object.fromEntries(args.map(name => [name, '1']));
    const { path } = prepareRequest(tool.binding)(said);
    expect([...new URLSearchParams(path.slice(3)).keys()]).toEqual(names);
  });

  it('are said where their schema is that of something only read', () => {
    const Id = { type: 'integer', readOnly: true };
    const tool = only(
      v3(
        {
          '/p/{id}': {
            get: {
              parameters: [
                {
                  name: 'id',
                  in: 'path',
                  required: true,
                  description: 'Which',
                  schema: { $ref: '#/components/schemas/Id' },
                },
                { name: 'after', in: 'query', schema: Id },
              ],
              responses: DONE,
            },
          },
        },
        { components: { schemas: { Id } } },
      ),
    );
    expect(tool.inputSchema).toMatchObject({
      properties: {
        id: { allOf: [{ type: 'integer' }], description: 'Which' },
        after: { type: 'integer' },
      },
      required: ['id'],
    });
    const { path } = prepareRequest(tool.binding)({ id: 7, after: 3 });
    expect(path).toBe('/p/7?after=3');
  });

  it('are made up for names in the path that nothing describes', () => {
    const tool = only(v3({ '/a/{x}/b/{y}#z': { get: { responses: DONE } } }));
    expect(tool.inputSchema).toMatchObject({
      properties: { x: text, y: text },
      required: ['x', 'y'],
    });
    expect(prepareRequest(tool.binding)({ x: 1, y: 2 }).path).toBe('/a/1/b/2');
  });
});

describe('bodies', () => {
  const Pet = {
    type: 'object',
    required: ['name', 'id'],
    properties: {
      id: { type: 'integer', readOnly: true },
      name: text,
      tag: text,
    },
  };

  it('that are plain objects stand beside the parameters', () => {
    const tool = posted(
      {
        parameters: [{ name: 'dry', in: 'query', schema: { type: 'boolean' } }],
        requestBody: {
          required: true,
          content: json({ $ref: '#/components/schemas/Pet' }),
        },
      },
      { components: { schemas: { Pet } } },
    );
    expect(tool.inputSchema).toEqual({
      type: 'object',
      properties: { dry: { type: 'boolean' }, name: text, tag: text },
      required: ['name'],
      additionalProperties: false,
    });
    expect(
      prepareRequest(tool.binding)({ dry: true, name: 'Rex', id: 1 }),
    ).toEqual({
      method: 'POST',
      path: '/p?dry=true',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Rex"}',
    });
  });

  it.each<[string, Json, Json]>([
    [
      'a name is taken',
      {},
      { parameters: [{ name: 'name', in: 'query', schema: text }] },
    ],
    ['they are open', { additionalProperties: true }, {}],
    ['they are composed', { allOf: [{ type: 'object' }] }, {}],
    ['they need a number of properties', { minProperties: 1 }, {}],
    ['they may be null', { nullable: true }, {}],
    ['they are lists', { type: 'array', items: text }, {}],
  ])('are one argument when %s', (_, more, operation) => {
    const schema = { ...Pet, ...more };
    const tool = posted({
      ...operation,
      requestBody: { required: true, content: json(schema) },
    });
    expect(tool.binding.bodyArgument).toBe('body');
    expect(tool.inputSchema.required).toEqual(['body']);
    expect(prepareRequest(tool.binding)({ body: { name: 'Rex' } }).body).toBe(
      '{"name":"Rex"}',
    );
  });

  it('are optional as the definition says', () => {
    const content = json(Pet);
    expect(posted({ requestBody: { content } }).inputSchema.required).toEqual([
      'name',
    ]);
    const optional = posted({ requestBody: { required: false, content } });
    expect(optional.inputSchema.required).toBeUndefined();
    expect(optional.binding.bodyArgument).toBe('body');
    expect(prepareRequest(optional.binding)({}).body).toBeUndefined();
  });

  it('are preferably JSON, else a form or a text; nothing else', () => {
    const types = (...names: string[]) =>
      compileTools(
        v3({
          '/p': {
            post: {
              requestBody: {
                content: Object.fromEntries(
                  names.map(name => [name, { schema: Pet }]),
                ),
              },
              responses: DONE,
            },
          },
        }),
        {},
      );
    const typeOf = (...names: string[]) =>
      types(...names).tools[0]?.binding.contentType;
    expect(
      typeOf('text/plain', 'application/xml', 'application/vnd.x+json; v=1'),
    ).toBe('application/vnd.x+json');
    expect(
      typeOf('multipart/form-data', 'application/x-www-form-urlencoded'),
    ).toBe('application/x-www-form-urlencoded');
    expect(typeOf('*/*')).toBe('application/json');
    expect(typeOf('application/xml', 'text/json')).toBe('text/json');
    expect(
      typeOf('application/json-patch+json', 'application/merge-patch+json'),
    ).toBe('application/merge-patch+json');
    expect(typeOf('text/plain; charset=utf-8\r\nHost: x')).toBe('text/plain');
    expect(types('multipart/form-data')).toEqual({
      tools: [],
      problems: [
        {
          operation: 'POST /p',
          message: expect.stringMatching(/takes multipart\/form-data/),
        },
      ],
    });
  });

  it('of forms keep their encoding', () => {
    const tool = posted({
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              properties: {
                a: { type: 'array', items: text },
                b: { type: 'object' },
              },
            },
            encoding: {
              a: { explode: false },
              b: { style: 'deepObject', explode: true },
            },
          },
        },
      },
    });
    expect(
      prepareRequest(tool.binding)({ a: ['x', 'y'], b: { c: 1 } }).body,
    ).toBe('a=x,y&b%5Bc%5D=1');
  });

  it('are read in the words of OpenAPI 2.0', () => {
    const post = (operation: Json) =>
      compileTools(
        v2(
          { '/p': { post: { responses: DONE, ...operation } } },
          { consumes: ['application/xml', 'application/json'] },
        ),
        {},
      );
    const whole = { name: 'pet', in: 'body', required: true, schema: Pet };
    expect(
      post({ parameters: [whole] }).tools[0].inputSchema.properties,
    ).toEqual({ name: text, tag: text });
    const form = [
      { name: 'a', in: 'formData', type: 'string', required: true },
      { name: 'b', in: 'formData', type: 'array', items: text },
      { name: 'a', in: 'query', type: 'string' },
    ];
    const consumes = [
      'multipart/form-data',
      'application/x-www-form-urlencoded',
    ];
    const [tool] = post({ consumes, parameters: form }).tools;
    expect(tool.inputSchema).toMatchObject({ required: ['a_body'] });
    expect(
      prepareRequest(tool.binding)({ a: 'q', a_body: 'f', b: ['x', 'y'] }),
    ).toMatchObject({
      path: '/p?a=q',
      body: 'a=f&b=x,y',
    });
    const file = { name: 'c', in: 'formData', type: 'file' };
    expect(post({ consumes, parameters: [file] }).problems).toHaveLength(1);
  });
});

describe('schemas', () => {
  const translated = (
    schema: unknown,
    version = '3.0.3',
    components: Json = {},
  ) =>
    (
      posted(
        { parameters: [{ name: 'a', in: 'query', schema }] },
        { components },
        version,
      ).inputSchema.properties as Json
    ).a;

  it.each<[string, unknown, unknown]>([
    [
      'nullable',
      { type: 'string', nullable: true, enum: ['a'] },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'nullable references',
      { nullable: true, allOf: [{ type: 'object' }] },
      { anyOf: [{ allOf: [{ type: 'object' }] }, { type: 'null' }] },
    ],
    [
      'exclusive bounds',
      {
        type: 'number',
        minimum: 1,
        exclusiveMinimum: true,
        maximum: 2,
        exclusiveMaximum: false,
      },
      { type: 'number', exclusiveMinimum: 1, maximum: 2 },
    ],
    [
      'examples',
      { type: 'string', format: 'date', example: '2026-01-01' },
      { type: 'string', format: 'date', examples: ['2026-01-01'] },
    ],
    [
      'words of OpenAPI',
      {
        type: 'object',
        xml: { name: 'a' },
        externalDocs: { url: 'x' },
        discriminator: { propertyName: 'b' },
        'x-a': 1,
      },
      { type: 'object' },
    ],
    [
      'what is only read',
      {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'string', readOnly: true }, b: text },
      },
      { type: 'object', properties: { b: text } },
    ],
    [
      'malformed keywords',
      {
        type: 'file',
        required: true,
        enum: [],
        minLength: -1,
        maximum: '7',
        items: 7,
        properties: [],
        allOf: [],
        pattern: 7,
        multipleOf: 0,
      },
      {},
    ],
    [
      'costly uniqueness',
      { type: 'array', items: { type: 'object' }, uniqueItems: true },
      { type: 'array', items: { type: 'object' } },
    ],
    [
      'cheap uniqueness',
      { type: 'array', items: text, uniqueItems: true },
      { type: 'array', items: text, uniqueItems: true },
    ],
  ])('of OpenAPI 3.0 are translated: %s', (_, schema, expected) => {
    expect(translated(schema)).toEqual(expected);
  });

  it('of OpenAPI 3.1 are JSON Schema already', () => {
    const schema = {
      type: ['object', 'null'],
      exclusiveMinimum: 1,
      examples: [{ a: 1 }],
      properties: {
        a: true,
        b: { const: 1 },
        c: { $ref: '#/components/schemas/C', minLength: 2 },
      },
      if: { required: ['a'] },
      then: { required: ['b'] },
      dependentRequired: { a: ['b'] },
      prefixItems: [text],
      unevaluatedProperties: false,
    };
    const components = { schemas: { C: text } };
    expect(translated(schema, '3.1.0', components)).toEqual({
      ...schema,
      properties: { ...schema.properties, c: { allOf: [text], minLength: 2 } },
    });
  });

  it('keep patterns that are tested in linear time only', () => {
    const patterns = {
      good: '^[a-z]{1,9}$',
      ahead: '^(?=a)',
      back: '(a)\\1',
      broken: '(',
      foreign: '\\:',
    };
    const properties = Object.fromEntries(
      Object.entries(patterns).map(([name, pattern]) => [
        name,
        { type: 'string', pattern },
      ]),
    );
    const { tools, problems } = compileTools(
      v3({
        '/p': {
          post: {
            requestBody: { content: json({ type: 'object', properties }) },
            responses: DONE,
          },
        },
      }),
      {},
    );
    expect(tools[0].inputSchema.properties).toEqual({
      good: { type: 'string', pattern: '^[a-z]{1,9}$' },
      ahead: text,
      back: text,
      broken: text,
      foreign: text,
    });
    expect(problems.map(p => p.message)).toEqual([
      expect.stringMatching(/^The pattern "\^\(\?=a\)" is left out: .*RE2/),
      expect.stringMatching(/RE2/),
      expect.stringMatching(/no regular expression/),
      expect.stringMatching(/no regular expression/),
    ]);
  });

  it('need nothing of callers that they cannot say, wherever it stands', () => {
    const schemas = {
      Base: {
        type: 'object',
        properties: { id: { type: 'integer', readOnly: true }, name: text },
      },
    };
    const ref = { $ref: '#/components/schemas/Base' };
    const whole = { allOf: [ref, { required: ['id', 'name'] }] };
    expect(
      translated(
        { allOf: [whole, { required: ['id'] }], required: ['id', 'x'] },
        '3.0.3',
        { schemas },
      ),
    ).toEqual({
      allOf: [
        {
          allOf: [
            { type: 'object', properties: { name: text } },
            { required: ['name'] },
          ],
        },
        {},
      ],
      required: ['x'],
    });
    expect(
      translated({ ...ref, required: ['id', 'name'] }, '3.1.0', { schemas }),
    ).toEqual({
      required: ['name'],
      allOf: [{ type: 'object', properties: { name: text } }],
    });
  });

  it('that a property tells apart may be alike otherwise', () => {
    const kinds = ['Cat', 'Dog'].map(kind => ({
      type: 'object',
      required: ['kind'],
      properties: { kind: text, [`like${kind}`]: { type: 'boolean' } },
    }));
    const discriminator = { propertyName: 'kind' };
    expect(translated({ oneOf: kinds, discriminator })).toEqual({
      anyOf: kinds,
    });
    expect(translated({ oneOf: kinds })).toEqual({ oneOf: kinds });
  });

  it('have formats that validators know, and tell of others', () => {
    const integer = { type: 'integer' };
    expect(translated({ ...integer, format: 'int64' })).toEqual({
      ...integer,
      format: 'int64',
    });
    expect(translated({ ...integer, format: 'unix-time' })).toEqual({
      ...integer,
      description: 'Format: unix-time',
    });
    expect(
      translated({ ...text, format: 'phone', description: 'Where to call' }),
    ).toEqual({ ...text, description: 'Where to call (phone)' });
  });

  it('that are recursive, or too large to repeat, stand in $defs', () => {
    const Node = {
      type: 'object',
      properties: {
        next: { $ref: '#/components/schemas/Node' },
        leaf: { $ref: '#/components/schemas/Leaf' },
      },
    };
    const Leaf = { type: 'string', description: 'A leaf' };
    const components = { schemas: { Node, Leaf } };
    const tool = posted(
      {
        parameters: [
          {
            name: 'a',
            in: 'query',
            schema: { $ref: '#/components/schemas/Node' },
            description: 'The first',
          },
        ],
      },
      { components },
    );
    expect(tool.inputSchema).toMatchObject({
      properties: { a: { $ref: '#/$defs/Node', description: 'The first' } },
      $defs: {
        Node: { properties: { next: { $ref: '#/$defs/Node' }, leaf: Leaf } },
      },
    });

    const Large = {
      type: 'object',
      properties: { a: { type: 'string', description: 'x'.repeat(1_000) } },
    };
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `p${n}`,
        { $ref: '#/components/schemas/Large' },
      ]),
    );
    const large = posted(
      { requestBody: { content: json({ type: 'object', properties: many }) } },
      { components: { schemas: { Large } } },
    );
    expect(large.inputSchema).toMatchObject({
      properties: {
        p0: { $ref: '#/$defs/Large' },
        p29: { $ref: '#/$defs/Large' },
      },
      $defs: { Large },
    });
  });
});

describe('answers', () => {
  const answered = (schema: unknown, components: Json = {}) =>
    only(
      v3(
        {
          '/p': {
            get: {
              responses: {
                404: { description: 'No' },
                200: { description: 'Yes', content: json(schema) },
              },
            },
          },
        },
        { components },
      ),
    );

  it('that are objects are described as they are, open and without what is only written', () => {
    const { outputSchema, wrapsResult } = answered(
      { $ref: '#/components/schemas/Pet' },
      {
        schemas: {
          Pet: {
            additionalProperties: false,
            required: ['name', 'secret'],
            properties: {
              name: text,
              secret: { type: 'string', writeOnly: true },
              id: { type: 'integer', readOnly: true },
            },
            oneOf: [{ required: ['name'] }, { required: ['id'] }],
          },
        },
      },
    );
    expect(outputSchema).toEqual({
      type: 'object',
      required: ['name'],
      properties: { name: text, id: { type: 'integer' } },
      anyOf: [{ required: ['name'] }, { required: ['id'] }],
    });
    expect(wrapsResult).toBe(false);
  });

  it.each([
    ['a list', { type: 'array', items: text }],
    ['a text', text],
    ['perhaps null', { type: ['object', 'null'] }],
    ['anything', {}],
    ['one of several', { oneOf: [{ type: 'object' }, text] }],
  ])('that are %s are wrapped', (_, schema) => {
    const { outputSchema, wrapsResult } = answered(schema);
    expect(wrapsResult).toBe(true);
    expect(outputSchema).toMatchObject({
      type: 'object',
      required: ['result'],
    });
    expect(Object.keys(outputSchema!.properties as Json)).toEqual(['result']);
  });

  it('are any of those that a success may have, and none when it may have none', () => {
    const id = { type: 'object', required: ['id'] };
    const made = { type: 'object', required: ['made'] };
    const yes = (schema: unknown) => ({
      description: 'Yes',
      content: json(schema),
    });
    const toolOf = (responses: Json, method = 'post') =>
      only(v3({ '/p': { [method]: { responses } } }));
    expect(toolOf({ 200: yes(id), 201: yes(made) }).outputSchema).toEqual({
      type: 'object',
      anyOf: [id, made],
    });
    expect(
      toolOf({ 200: yes(id), '2XX': yes(id), default: yes(made) }).outputSchema,
    ).toEqual(id);
    expect(
      toolOf({ 201: yes(made), 204: { description: 'Was there' } }),
    ).not.toHaveProperty('outputSchema');
    expect(toolOf({ 200: yes(id) }, 'head')).not.toHaveProperty('outputSchema');
  });

  it('are not described when that takes too long, or no JSON comes', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `p${n}`,
        { type: 'string', description: 'x'.repeat(1_000) },
      ]),
    );
    const long = answered({
      type: 'array',
      items: { type: 'object', properties },
    });
    expect(long).toMatchObject({ wrapsResult: true });
    expect(long.outputSchema).toBeUndefined();
    const file = v2({
      '/p': {
        get: {
          responses: { 200: { description: 'A', schema: { type: 'file' } } },
        },
      },
    });
    expect(only(file).outputSchema).toBeUndefined();
    const xml = { description: 'A', schema: { type: 'object' } };
    expect(
      only(
        v2({
          '/p': { get: { produces: ['text/xml'], responses: { 200: xml } } },
        }),
      ).outputSchema,
    ).toBeUndefined();
  });
});

describe('names and descriptions', () => {
  const named = (operations: Record<string, Json>, selection = {}) => {
    const paths = Object.fromEntries(
      Object.entries(operations).map(([path, operation]) => [
        path,
        { get: { responses: DONE, ...operation } },
      ]),
    );
    return compileTools(v3(paths), selection);
  };
  const namesOf = (...args: Parameters<typeof named>) =>
    named(...args).tools.map(({ name }) => name);

  it('come of the operationId, else of method and path', () => {
    expect(
      namesOf({
        '/a': { operationId: 'list-all_A' },
        '/b': { operationId: 'repos/list for.user' },
        '/customers/{customer_id}': {},
        '/x/{a}.{format}/y': {},
        '/': {},
        '/日本': { operationId: '日本' },
      }),
    ).toEqual([
      'list-all_A',
      'repos_list_for_user',
      'get_customers_by_customer_id',
      'get_x_by_a_by_format_y',
      'get',
      expect.stringMatching(/^get_[0-9a-f]{8}$/),
    ]);
  });

  it('get prefix and suffix, and are cut in a stable way', () => {
    const long = `get${'x'.repeat(70)}`;
    const naming = { prefix: 'crm_', suffix: '_v1' };
    const [first, second] = namesOf(
      { '/a': { operationId: long }, '/b': { operationId: `${long}y` } },
      { naming },
    );
    expect(first).toMatch(/^crm_getx+_[0-9a-f]{8}$/);
    expect(first).toHaveLength(64);
    expect(second).not.toBe(first);
    expect(isToolName(first)).toBe(true);
    expect(namesOf({ '/b': { operationId: `${long}y` } }, { naming })).toEqual([
      second,
    ]);
  });

  it('that come out alike are told apart, whichever operations are selected', () => {
    const operations = {
      '/a': { operationId: 'a.b' },
      '/b': { operationId: 'a/b' },
      '/c': { operationId: 'c' },
      '/d': { operationId: 'c' },
    };
    const { tools, problems } = named(operations);
    expect(tools.map(t => [t.operation, t.name])).toEqual([
      ['a.b', 'a_b'],
      ['a/b', expect.stringMatching(/^a_b_[0-9a-f]{8}$/)],
      ['GET /c', 'c'],
      ['GET /d', expect.stringMatching(/^c_[0-9a-f]{8}$/)],
    ]);
    expect(problems.map(p => p.operation)).toEqual(['a/b', 'GET /d']);
    expect(namesOf(operations, { operations: ['a/b'] })).toEqual([
      tools[1].name,
    ]);
  });

  it('are what is said of one operation, if it can be', () => {
    const operations = {
      '/a': { operationId: 'a' },
      '/b': { operationId: 'b' },
      '/c': { operationId: 'c' },
    };
    const { tools, problems } = named(operations, {
      naming: { prefix: 'p_' },
      overrides: [
        { operation: 'b', name: 'p_a', description: 'Mine.' },
        { operation: 'c', name: 'not a name' },
        { operation: 'd', name: 'd' },
      ],
    });
    expect(tools.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^p_a_[0-9a-f]{8}$/),
      'p_a',
      'p_c',
    ]);
    expect(tools[1].description).toBe('Mine.');
    expect(problems.map(p => p.operation)).toEqual(['d', 'a', 'c']);
  });

  it('tell of the operation, in bounds', () => {
    const { tools } = named({
      '/a': { summary: ' Get  it\n', description: 'Gets\r\n\r\nit.' },
      '/b': { summary: 'Gets it.', description: 'Gets it. Really.' },
      '/c': {},
      '/d': { summary: 'x'.repeat(2_000), description: '😀'.repeat(2_000) },
    });
    expect(tools.slice(0, 3).map(t => [t.title, t.description])).toEqual([
      ['Get it', 'Get  it\n\nGets\n\nit.'],
      ['Gets it.', 'Gets it. Really.'],
      [undefined, 'GET /c'],
    ]);
    expect(Array.from(tools[3].title!)).toHaveLength(120);
    expect(Array.from(tools[3].description)).toHaveLength(1_024);
  });

  it('come with what the method promises', () => {
    const item = Object.fromEntries(
      ['get', 'head', 'put', 'delete', 'post', 'patch'].map(method => [
        method,
        { summary: 'S', responses: DONE },
      ]),
    );
    const { tools } = compileTools(v3({ '/p': item }), {});
    const hints = Object.fromEntries(
      tools.map(t => [t.binding.method, t.annotations]),
    );
    const safe = {
      title: 'S',
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
    };
    expect(hints).toEqual({
      GET: safe,
      HEAD: safe,
      PUT: {
        title: 'S',
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: true,
      },
      DELETE: {
        title: 'S',
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: true,
      },
      POST: { title: 'S', readOnlyHint: false, idempotentHint: false },
      PATCH: { title: 'S', readOnlyHint: false, idempotentHint: false },
    });
  });
});

it('hashes what the model is told, and nothing else', () => {
  const tool = (operation: Json, path = '/p') =>
    only(
      v3({
        [path]: { get: { operationId: 'a', responses: DONE, ...operation } },
      }),
    );
  const { hash } = tool({});
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(tool({ tags: ['x'] }).hash).toBe(hash);
  expect(tool({}, '/q').hash).not.toBe(tool({ description: 'x' }).hash);
  expect(tool({ description: 'x' }).hash).not.toBe(hash);
  expect(
    tool({ parameters: [{ name: 'q', in: 'query', schema: text }] }).hash,
  ).not.toBe(hash);
});
