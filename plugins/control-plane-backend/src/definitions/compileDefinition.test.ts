import { isToolName } from '@stoa/plugin-stoa-common';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { compileDefinition } from './compileDefinition';
import { DefinitionParser, sharedParser } from './parseDefinition';

const ROOT = resolve(__dirname, '../../../..');
const GITHUB = join(ROOT, '.tools/github-openapi/api.github.com.json');

afterAll(() => sharedParser().close());

const PETS = `openapi: 3.0.3
info: { title: Pets, version: '1' }
paths:
  /pets/{id}:
    get:
      operationId: getPet
      summary: One pet
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
      responses:
        '200':
          description: The pet
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Pet' }
    put:
      responses: { '204': { description: Done } }
    trace:
      responses: { '200': { description: Echo } }
components:
  schemas:
    Pet: { type: object, properties: { name: { type: string, nullable: true } } }
`;

it('makes tools of YAML and JSON, in the order of the definition, and says what is none', async () => {
  const compiled = await compileDefinition(PETS, {});
  expect(compiled).toMatchObject({
    tools: [
      {
        operation: 'getPet',
        name: 'getPet',
        title: 'One pet',
        inputSchema: {
          type: 'object',
          properties: { id: { type: 'integer' } },
          required: ['id'],
        },
        outputSchema: { properties: { name: { type: ['string', 'null'] } } },
        binding: { kind: 'rest', method: 'GET', path: '/pets/{id}' },
        wrapsResult: false,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      { operation: 'PUT /pets/{id}', name: 'put_pets_by_id' },
    ],
    problems: [{ operation: 'TRACE /pets/{id}' }],
  });
  expect(await compileDefinition(Buffer.from(PETS), {})).toEqual(compiled);

  const json = `{"swagger": "2.0", "info": {"title": "T", "version": "1"}, "paths":
    {"/a": {"get": {"responses": {"200": {"description": "A"}}}}}}`;
  expect(await compileDefinition(json, {})).toMatchObject({
    tools: [{ operation: 'GET /a', name: 'get_a' }],
    problems: [],
  });
});

it('makes the tools that are selected, under the names that are given', async () => {
  const { tools, problems } = await compileDefinition(PETS, {
    operations: ['PUT /pets/{id}', 'getPet', 'feedPet'],
    naming: { prefix: 'pets_' },
    overrides: [{ operation: 'getPet', name: 'pet', description: 'A pet.' }],
  });
  expect(tools).toMatchObject([
    { operation: 'getPet', name: 'pet', description: 'A pet.' },
    { operation: 'PUT /pets/{id}', name: 'pets_put_pets_by_id' },
  ]);
  expect(problems).toEqual([
    {
      operation: 'feedPet',
      message: 'The definition has no such operation.',
    },
  ]);
});

it('has no problem with the documents of the demo', async () => {
  const folder = join(ROOT, 'catalog-info');
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter(n => /openapi\.yaml$/.test(n))) {
    const bytes = await readFile(join(folder, name));
    const { tools, problems } = await compileDefinition(bytes, {});
    expect({ name, problems }).toEqual({ name, problems: [] });
    expect(tools.length).toBeGreaterThan(0);
  }
});

it.each<[string, readonly RegExp[]]>([
  ['', [/known version/]],
  ['{"openapi": "3.0.3", ', [/read/]],
  ['openapi: [', [/./]],
  ['[1]', [/known version/]],
  ['{"openapi": "3.0.3", "paths": 7}', []],
  [`{"openapi": "3.0.3", "paths": ${'['.repeat(100_000)}`, [/read/]],
])('throws nothing at a definition that is none (%#)', async (text, told) => {
  const { tools, problems } = await compileDefinition(text, {});
  expect(tools).toEqual([]);
  expect(problems).toHaveLength(told.length);
  expect(problems.map(({ message }) => message).join()).toMatch(
    told[0] ?? /^$/,
  );
});

it('takes down one process of its own at most, for want of memory or time', async () => {
  const list = `[${'{},'.repeat(2_000_000)}{}]`;
  const big = `{"openapi": "3.0.3", "x-a": ${list}}`;
  const small = new DefinitionParser({ memory: 24 });
  expect(await small.compile(big, {})).toMatchObject({
    tools: [],
    problems: [{ message: expect.stringMatching(/memory/) }],
  });
  small.close();
  const hasty = new DefinitionParser({ timeout: 1 });
  expect(await hasty.compile(big, {})).toMatchObject({
    tools: [],
    problems: [{ message: expect.stringMatching(/long/) }],
  });
  hasty.close();
  expect((await compileDefinition(PETS, {})).tools).toHaveLength(2);
});

it('compiles a very large description while the main thread goes on', async () => {
  const bytes = existsSync(GITHUB) ? readFileSync(GITHUB) : largeDocument();
  let done = false;
  const compiling = compileDefinition(bytes, {}).finally(() => {
    done = true;
  });
  let turns = 0;
  for (; !done; turns++) await turn();
  const { tools, problems } = await compiling;
  expect(tools.length).toBeGreaterThan(1_000);
  expect(problems.length).toBeLessThan(5);
  // A main thread that did the work itself would turn a handful of times.
  expect(turns).toBeGreaterThan(100);
  const names = tools.map(({ name }) => name);
  expect(names.filter(name => !isToolName(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

/** Stands in for GitHub's description, which `npm test` fetches. */
function largeDocument(): Buffer {
  const schema = { type: 'string', description: 'x'.repeat(8_000) };
  const parameters = [{ name: 'a', in: 'query', schema }];
  const responses = { 200: { description: 'Done' } };
  const paths = Object.fromEntries(
    Array.from({ length: 1_500 }, (_, n) => [
      `/p${n}`,
      { get: { parameters, responses } },
    ]),
  );
  const info = { title: 'Large', version: '1' };
  return Buffer.from(JSON.stringify({ openapi: '3.0.3', info, paths }));
}
