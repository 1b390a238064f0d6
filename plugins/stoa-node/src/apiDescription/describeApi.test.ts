import { parse } from 'yaml';
import { describeApi } from './describeApi';

const of = (yaml: string) => describeApi(parse(yaml));

describe('what a definition says to gateways', () => {
  it('is the same in all versions of OpenAPI', () => {
    const three = (version: string) => `
openapi: ${version}
info: { title: T, version: '1' }
paths:
  /pets/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    put:
      parameters:
        - { name: tags, in: query, schema: { type: array, items: { type: string } } }
        - { name: X-Trace, in: header, required: true, schema: { type: string } }
        - { name: session, in: cookie, schema: { type: string } }
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/Pet' } }
          text/csv: { schema: { type: string } }
      responses: { '204': { description: Done } }
components:
  schemas:
    Pet: { type: object, required: [name], properties: { name: { type: string }, mother: { $ref: '#/components/schemas/Pet' } } }
`;
    const two = `
swagger: '2.0'
info: { title: T, version: '1' }
consumes: [application/json, text/csv]
paths:
  /pets/{id}:
    parameters: [{ name: id, in: path, required: true, type: integer }]
    put:
      parameters:
        - { name: tags, in: query, type: array, items: { type: string }, collectionFormat: multi }
        - { name: X-Trace, in: header, required: true, type: string }
        - { name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }
      responses: { '204': { description: Done } }
definitions:
  Pet: { type: object, required: [name], properties: { name: { type: string }, mother: { $ref: '#/definitions/Pet' } } }
`;
    for (const document of [three('3.0.3'), three('3.1.0'), two]) {
      const { operations, problems } = of(document);
      expect(problems).toEqual([]);
      expect(operations).toMatchObject([
        {
          method: 'PUT',
          path: '/pets/{id}',
          request: {
            parameters: [
              {
                in: 'path',
                name: 'id',
                required: true,
                schema: { type: 'integer' },
              },
              {
                in: 'query',
                name: 'tags',
                explode: true,
                schema: { type: 'array' },
              },
              { in: 'header', name: 'X-Trace', required: true },
            ],
            body: {
              required: true,
              contents: [
                { type: 'application/json', schema: { required: ['name'] } },
                { type: 'text/csv' },
              ],
            },
          },
          answers: [{ status: 204, headers: [], body: '' }],
        },
      ]);
      const [json, csv] = operations[0].request!.body!.contents;
      expect(JSON.stringify(json.schema)).toContain('#/$defs/Pet');
      expect(csv.schema).toBeUndefined();
    }
  });

  it('has the answers of examples, else what fits the schema', () => {
    const { operations } = of(`
openapi: 3.0.0
info: { title: T, version: '1' }
paths:
  /pets:
    get:
      responses:
        '200':
          description: Some
          headers:
            X-Total: { schema: { type: integer }, example: 2 }
            Content-Length: { schema: { type: integer }, example: 2 }
            X-Broken: { schema: { type: string }, example: "a\\r\\nb" }
          content:
            application/json:
              examples:
                none: { value: [] }
                two: { $ref: '#/components/examples/Two' }
            text/csv: { example: "name\\nRex" }
        '4XX': { description: Wrong, content: { application/json: { schema: { $ref: '#/components/schemas/Problem' } } } }
        default: { description: Other }
components:
  examples: { Two: { value: [{ name: Rex }, { name: Bo }] } }
  schemas:
    Problem:
      type: object
      properties:
        code: { type: string, enum: [wrong, late] }
        at: { type: string, format: date-time }
        inner: { $ref: '#/components/schemas/Problem' }
`);
    const headers = ['x-total', '2'];
    const [{ answers }] = operations;
    expect(answers.slice(0, 3)).toEqual([
      {
        status: 200,
        name: 'none',
        headers,
        type: 'application/json',
        body: '[]',
      },
      {
        status: 200,
        name: 'two',
        headers,
        type: 'application/json',
        body: JSON.stringify([{ name: 'Rex' }, { name: 'Bo' }], undefined, 2),
      },
      { status: 200, headers, type: 'text/csv', body: 'name\nRex' },
    ]);
    expect(answers[3]).toMatchObject({ status: 400, type: 'application/json' });
    expect(JSON.parse(answers[3].body)).toMatchObject({
      code: 'wrong',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(answers[4]).toEqual({ status: 200, headers: [], body: '' });
  });

  it('has the answers of OpenAPI 2.0', () => {
    const [{ answers }] = of(`
swagger: '2.0'
info: { title: T, version: '1' }
produces: [application/json]
paths:
  /pets:
    get:
      responses:
        '200': { description: Some, schema: { type: array, items: { type: string, example: Rex } } }
        '404': { description: None, examples: { application/json: { code: none } } }
`).operations;
    expect(
      answers.map(({ status, body }) => [status, JSON.parse(body)]),
    ).toEqual([
      [200, ['Rex']],
      [404, { code: 'none' }],
    ]);
  });

  it('tells of what it cannot describe, and holds no call against a part of it', () => {
    const deep = (n: number): object =>
      n === 0 ? {} : { type: 'array', items: deep(n - 1) };
    const { operations, problems } = describeApi({
      openapi: '3.0.0',
      paths: {
        '/elsewhere': {
          post: {
            requestBody: {
              content: {
                'application/json': {
                  schema: { $ref: 'https://a.test/x.json' },
                },
              },
            },
            responses: {},
          },
        },
        '/deep': {
          get: {
            parameters: [{ name: 'q', in: 'query', schema: deep(60) }],
            responses: { 200: { description: 'Ok' } },
          },
        },
        '/slow': {
          get: {
            parameters: [
              {
                name: 'q',
                in: 'query',
                schema: { type: 'string', pattern: '(?=a)b' },
              },
            ],
            responses: {},
          },
        },
      },
    });
    expect(operations.map(({ path, request }) => [path, !!request])).toEqual([
      ['/elsewhere', false],
      ['/deep', false],
      ['/slow', true],
    ]);
    expect(problems.map(({ operation }) => operation)).toEqual([
      'POST /elsewhere',
      'GET /deep',
      'GET /slow',
    ]);
  });

  it.each([
    ['no document', null],
    ['no OpenAPI', { swagger: '1.2', paths: {} }],
  ])('is nothing of %s', (_, root) => {
    const { operations, problems } = describeApi(root);
    expect([operations, problems.length]).toEqual([[], 1]);
  });

  it('makes no example that would fill the memory', () => {
    const many = (schema: object) => ({
      openapi: '3.0.0',
      paths: {
        '/x': {
          get: {
            responses: {
              200: { content: { 'application/json': { schema } } },
            },
          },
        },
      },
    });
    for (const schema of [
      { type: 'string', minLength: 2 ** 31 },
      { type: 'array', minItems: 1e9, items: { type: 'string' } },
    ]) {
      const { operations } = describeApi(many(schema));
      expect(operations[0].answers).toEqual([
        { status: 200, headers: [], body: '' },
      ]);
    }
  });
});
