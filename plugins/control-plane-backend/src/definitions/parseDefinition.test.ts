import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { DefinitionParser, MAX_DEFINITION_BYTES } from './parseDefinition';
import { DefinitionReport } from './report';

const ROOT = resolve(__dirname, '../../../..');
const GITHUB = join(ROOT, '.tools/github-openapi/api.github.com.json');

let parser: DefinitionParser;

beforeAll(() => {
  parser = new DefinitionParser();
});

afterAll(() => parser.close());

/** Problems as `line:column message`. */
async function problemsOf(definition: string | Uint8Array): Promise<string[]> {
  const report = await parser.parse(definition);
  return report.ok
    ? []
    : report.problems.map(p => `${p.line}:${p.column} ${p.message}`);
}

const yaml = (rest: string) =>
  `openapi: 3.0.3\ninfo: { title: T, version: '1' }\n${rest}`;

it('reads OpenAPI 3.0 in YAML', async () => {
  const text = `\ufeff# A comment
openapi: 3.0.3
info:
  title: Pets
  version: 1.2.3
  description: All about pets
servers:
  - url: https://pets.example/v1
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      tags: [pets]
      responses:
        200:
          $ref: '#/components/responses/Pets'
    post:
      deprecated: true
      responses:
        default: { description: Whatever }
components:
  responses:
    Pets: { description: Pets }
`;
  expect(await parser.parse(text)).toEqual({
    ok: true,
    format: 'openapi',
    specVersion: '3.0.3',
    title: 'Pets',
    version: '1.2.3',
    description: 'All about pets',
    servers: ['https://pets.example/v1'],
    operations: [
      {
        operationId: 'listPets',
        method: 'get',
        path: '/pets',
        summary: 'List pets',
        tags: ['pets'],
        deprecated: false,
      },
      { method: 'post', path: '/pets', tags: [], deprecated: true },
    ],
    hash: createHash('sha256').update(text).digest('hex'),
  });
});

it('reads OpenAPI 3.1 and 2.0 in JSON', async () => {
  const info = { title: 'T', version: '1' };
  expect(
    await parser.parse(
      Buffer.from(
        JSON.stringify({
          openapi: '3.1.0',
          info,
          paths: { '/a': { $ref: '#/components/pathItems/a' } },
          components: { pathItems: { a: { get: { operationId: 'a' } } } },
        }),
      ),
    ),
  ).toMatchObject({
    ok: true,
    specVersion: '3.1.0',
    operations: [{ operationId: 'a', path: '/a' }],
    servers: [],
  });
  const old = { swagger: '2.0', info, paths: {}, host: 'a.example' };
  expect(
    await parser.parse(
      JSON.stringify({ ...old, basePath: '/v1', schemes: ['http', 'https'] }),
    ),
  ).toMatchObject({
    ok: true,
    specVersion: '2.0',
    servers: ['http://a.example/v1', 'https://a.example/v1'],
  });
});

it('finds nothing wrong with the documents of the demo', async () => {
  const folder = join(ROOT, 'catalog-info');
  const names = await readdir(folder, { recursive: true });
  const documents = names.filter(name => /openapi\.yaml$/.test(name));
  expect(documents.length).toBeGreaterThanOrEqual(5);
  for (const name of documents) {
    const report = await parser.parse(await readFile(join(folder, name)));
    expect({ name, report }).toEqual({
      name,
      report: expect.objectContaining({ ok: true, format: 'openapi' }),
    });
  }
});

describe('tells where a document is wrong', () => {
  it.each<[string, string, string[]]>([
    [
      'YAML syntax',
      'openapi: 3.0.3\ninfo:\n\ttitle: T\n',
      ['3:1 Tabs are not allowed as indentation'],
    ],
    [
      'duplicate keys in YAML',
      yaml('paths: {}\npaths: {}\n'),
      ['4:1 Map keys must be unique'],
    ],
    [
      'several documents',
      yaml('paths: {}\n---\na: 1\n'),
      [
        '4:1 Source contains multiple documents; please use YAML.parseAllDocuments()',
      ],
    ],
    [
      'unknown tags',
      yaml('paths: !!js/function {}\n'),
      ['3:8 Unresolved tag: tag:yaml.org,2002:js/function'],
    ],
    [
      'merge keys',
      yaml('x-a: &a { b: 1 }\npaths:\n  /a:\n    <<: *a\n'),
      ['6:5 Merge keys (<<) are not part of YAML 1.2.'],
    ],
    [
      'JSON syntax',
      '{\n  "openapi": "3.0.3",\n  "info": {"title": "T",}\n}',
      [
        '3:25 Not valid JSON: property name expected.',
        '3:25 Not valid JSON: value expected.',
      ],
    ],
    [
      'duplicate keys in JSON',
      '{\n  "openapi": "3.0.3",\n  "openapi": "3.1.0"\n}',
      ['3:3 Duplicate key "openapi".'],
    ],
    ['an empty document', '', ['1:1 An OpenAPI document is an object.']],
    ['a list', '[{}]', ['1:1 An OpenAPI document is an object.']],
    ['a text', 'just words', ['1:1 An OpenAPI document is an object.']],
    [
      'a missing property',
      'openapi: 3.0.3\ninfo:\n  title: T\npaths: {}\n',
      ['2:1 "info" lacks "version".'],
    ],
    [
      'an unknown property',
      yaml('paths:\n  /a:\n    get:\n      responses: {}\n      colour: red\n'),
      [
        '6:7 "responses" must NOT have fewer than 1 properties.',
        '7:7 "get" has no property "colour".',
      ],
    ],
    [
      'a wrong type, in JSON',
      '{\n  "openapi": "3.1.0",\n  "info": {\n    "title": 7,\n    "version": "1"\n  },\n  "paths": {}\n}',
      ['4:14 "title" must be string.'],
    ],
    [
      'a wrong choice',
      yaml(
        "paths:\n  /a:\n    parameters:\n      - name: a\n        in: nowhere\n        schema: {}\n    get: { responses: { '200': { description: a } } }\n",
      ),
      ['7:13 "in" must be one of: cookie.'],
    ],
  ])('%s', async (_, definition, expected) => {
    const found = await problemsOf(definition);
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    'openapi: 3.2.0',
    'openapi: 3.0',
    'openapi: 4.0.0',
    'asyncapi: 3.0.0',
    'swagger: 2.0',
  ])('an unknown version (%s)', async line => {
    const [first] = await problemsOf(`info: {}\n${line}\npaths: {}\n`);
    expect(first).toMatch(/^[12]:1 Not an OpenAPI document of a known version/);
  });

  it('references out of the document, to nothing, or to themselves', async () => {
    const definition = yaml(`paths:
  /a:
    get:
      responses:
        '200': { $ref: 'http://127.0.0.1/a.yaml#/b' }
        '201': { $ref: 'file:///etc/passwd' }
        '202': { $ref: 'other.yaml' }
        '203': { $ref: '#/components/responses/Missing' }
        '204': { $ref: '#/components/responses/toString' }
        '205': { $ref: '#/components/responses/Loop' }
        '206': { $ref: '#/components/responses/a~1b%20c' }
        default:
          description: Data is left alone
          content:
            application/json:
              example: { $ref: '#/not/a/reference' }
              schema: { properties: { default: { $ref: '#/nothing' } } }
components:
  responses:
    Loop: { $ref: '#/components/responses/Loop' }
    a/b c: { description: Strange name }
`);
    const report = await parser.parse(definition);
    expect(report).toMatchObject({ ok: false });
    const places = (report as DefinitionReport & { ok: false }).problems.map(
      p => `${p.line}:${p.column} ${p.path}`,
    );
    const response = '/paths/~1a/get/responses';
    expect(places).toEqual([
      `7:18 ${response}/200`,
      `8:18 ${response}/201`,
      `9:18 ${response}/202`,
      `10:18 ${response}/203`,
      `11:18 ${response}/204`,
      `12:18 ${response}/205`,
      `19:50 ${response}/default/content/application~1json/schema/properties/default`,
      '22:13 /components/responses/Loop',
    ]);
  });
});

describe('hostile input', () => {
  it('is refused when it is not UTF-8', async () => {
    const text = yaml('paths: {}\n');
    expect(await problemsOf(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual([
      '1:1 The document must be UTF-8, not UTF-16.',
    ]);
    const bytes = Buffer.from('openapi: 3.0.3\ninfo: { title: "é" }', 'latin1');
    expect(await problemsOf(bytes)).toEqual([
      '2:17 The document is not valid UTF-8.',
    ]);
  });

  it('is refused when aliases make it explode', async () => {
    const names = 'abcdefghi'.split('');
    const bomb = names.map((name, n) => {
      const of = n
        ? Array(9)
            .fill(`*${names[n - 1]}`)
            .join(', ')
        : 'lol';
      return `  ${name}: &${name} [${of}]`;
    });
    const [problem] = await problemsOf(
      yaml(`x-bomb:\n${bomb.join('\n')}\npaths: {}\n`),
    );
    expect(problem).toMatch(/^5:10 Too many aliases/);
  });

  it.each([
    ['JSON', `{"openapi":${'['.repeat(200_000)}`],
    ['closed JSON', `{"x":${'{"a":'.repeat(101)}1${'}'.repeat(102)}`],
    ['YAML', yaml(`paths: ${'['.repeat(200_000)}`)],
    [
      'block YAML',
      yaml(
        `paths:\n${Array.from(
          { length: 120 },
          (_, n) => `${' '.repeat(n + 1)}a:`,
        ).join('\n')} 1\n`,
      ),
    ],
  ])('is refused when it is nested deeply (%s)', async (_, definition) => {
    const problems = await problemsOf(definition);
    expect(problems).toEqual([expect.stringMatching(/[Nn]ested/)]);
  });

  it('is refused when it is too large', async () => {
    const report = await parser.parse(Buffer.alloc(MAX_DEFINITION_BYTES + 1));
    expect(report).toMatchObject({ ok: false, problems: [{ line: 1 }] });
  });

  it('gets at most twenty problems, however many it has', async () => {
    const paths = Array.from({ length: 5_000 }, (_, n) => `  /p${n}: 7`);
    expect(
      await problemsOf(yaml(`paths:\n${paths.join('\n')}\n`)),
    ).toHaveLength(20);
    const refs = Array.from(
      { length: 5_000 },
      (_, n) => `    a${n}: { $ref: '#/x${n}' }`,
    );
    expect(
      await problemsOf(
        yaml(`paths: {}\ncomponents:\n  schemas:\n${refs.join('\n')}\n`),
      ),
    ).toHaveLength(20);
  });

  it('may be named after the innards of JavaScript', async () => {
    const schemas = ['__proto__', 'constructor', 'toString'].map(
      name => `"${name}": {"type": "object"}`,
    );
    const text = `{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {},
      "components": {"schemas": {${schemas.join()}, "a": {"$ref": "#/components/schemas/constructor"}}}}`;
    expect(await problemsOf(text)).toEqual([]);
  });

  it('takes down one process of its own at most, for want of memory or time', async () => {
    const small = new DefinitionParser({ memory: 24 });
    const list = `[${'{},'.repeat(2_000_000)}{}]`;
    const big = `{"openapi": "3.0.3", "x-a": ${list}}`;
    expect(await small.parse(big)).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(/memory/) }],
    });
    small.close();

    const hasty = new DefinitionParser({ timeout: 1 });
    expect(await hasty.parse(big)).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringMatching(/long/) }],
    });
    hasty.close();
    expect(await problemsOf(yaml('paths: {}\n'))).toEqual([]);
  });
});

it('reads a very large description while the main thread goes on', async () => {
  const bytes = existsSync(GITHUB) ? readFileSync(GITHUB) : largeDocument();
  let done = false;
  const parsing = parser.parse(bytes).finally(() => {
    done = true;
  });
  let turns = 0;
  for (; !done; turns++) await turn();
  const report = await parsing;
  expect(report).toMatchObject({ ok: true, specVersion: '3.0.3' });
  expect(report.ok && report.operations.length).toBeGreaterThan(1_000);
  // A main thread that did the work itself would turn a handful of times.
  expect(turns).toBeGreaterThan(100);
});

/** Stands in for GitHub's description, which `npm test` fetches. */
function largeDocument(): Buffer {
  const responses = { 200: { description: 'x'.repeat(8_000) } };
  const paths = Object.fromEntries(
    Array.from({ length: 1_500 }, (_, n) => [`/p${n}`, { get: { responses } }]),
  );
  const info = { title: 'Large', version: '1' };
  return Buffer.from(JSON.stringify({ openapi: '3.0.3', info, paths }));
}
