import { TestDatabases } from '@backstage/backend-test-utils';
import { createDialler } from '@stoa/plugin-stoa-node';
import { Knex } from 'knex';
import { setImmediate as turn } from 'node:timers/promises';
import {
  eventually,
  startControlPlane,
  TestControlPlane,
} from '../__testUtils__';
import { Receiver } from '../__testUtils__/Receiver';
import { ORDERS_DEFINITION } from '../__testUtils__/orders';
import { fetchDefinition } from './fetchDefinition';

jest.setTimeout(120_000);

const APIS = '/v1/tenants/acme-corp/apis';
const SERVED = ORDERS_DEFINITION.replace(
  'paths:',
  "servers: [{ url: /v1 }, { url: 'http://127.0.0.1:7011/v1' }]\npaths:",
);
const titled = (title: string, version = '1.0.0') =>
  JSON.stringify({ openapi: '3.0.3', info: { title, version }, paths: {} });

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });

describe.each(databases.eachSupportedId())('imports of APIs, %s', id => {
  let knex: Knex;
  let plane: TestControlPlane;
  let receiver: Receiver;
  let admin: ReturnType<TestControlPlane['as']>;

  beforeAll(async () => {
    receiver = await Receiver.start();
    knex = await databases.init(id);
    plane = await startControlPlane({ knex, allow: [receiver.allowance] });
    admin = plane.as('acme-admin');
  });
  afterAll(async () => {
    await plane.stop();
    await receiver.stop();
  });
  beforeEach(() => receiver.received.splice(0));

  const make = (body: object) => admin.post(`${APIS}/import`, body);
  const look = (body: object) => admin.post(`${APIS}/preview`, body);

  it('make a draft of what the document says', async () => {
    const shown = await look({ definition: SERVED });
    expect(shown.body).toMatchObject({
      ready: true,
      exists: false,
      notes: [],
      document: { valid: true, operation_count: 3, spec_version: '3.0.3' },
      api: {
        api_id: 'orders-api',
        display_name: 'Orders API',
        version: '1.0.0',
        visibility: 'private',
        environments: [
          { name: 'dev', backend_url: 'http://127.0.0.1:7011/v1' },
        ],
      },
      tool_count: 3,
      tools: [{ operation: 'listOrders', name: 'listOrders' }, {}, {}],
      tool_problems: [],
    });
    const made = await make({ definition: SERVED });
    expect([made.status, made.headers.location]).toEqual([
      201,
      `/api/control-plane${APIS}/orders-api`,
    ]);
    expect(made.body).toMatchObject({ ...shown.body.api, status: 'draft' });
    const head = (await plane.repository.head())!;
    const read = (file: string) =>
      plane.repository.read(head, `tenants/acme-corp/apis/orders-api/${file}`);
    expect(String(await read('api.yaml'))).toBe(shown.body.manifest);
    expect(String(await read('openapi.yaml'))).toBe(SERVED);

    const again = await look({ definition: SERVED });
    expect(again.body).toMatchObject({ ready: false, exists: true });
    expect((await make({ definition: SERVED })).body.error.code).toBe(
      'stoa.api.exists',
    );
  });

  it('make it differently where that is asked, or must be', async () => {
    const notes = async (body: object) => {
      const { body: shown } = await look(body);
      return [
        shown.ready,
        shown.api.api_id,
        shown.api.display_name,
        shown.api.version,
        shown.notes.map((n: { field: string }) => n.field).join(),
      ];
    };
    const none = 'environments';
    for (const [title, version, expected] of [
      [
        'Épices & Thé',
        '2.1.0',
        [true, 'epices-the', 'Épices & Thé', '2.1.0', none],
      ],
      ['A', 'v3', [true, 'a', 'A', '3.0.0', `version,${none}`]],
      ['A', '2024-06-01', [true, 'a', 'A', '2024.0.0', `version,${none}`]],
      ['A', '1.0.0+build', [true, 'a', 'A', '1.0.0', `version,${none}`]],
      ['A', 'next', [true, 'a', 'A', '1.0.0', `version,${none}`]],
      ['注文', '1.0.0', [false, undefined, '注文', '1.0.0', `api_id,${none}`]],
      [
        ' \u202eA\u0007',
        '1.0.0',
        [true, 'a', 'A', '1.0.0', `display_name,${none}`],
      ],
      [
        'Public',
        '1.0.0',
        [false, 'public', 'Public', '1.0.0', `api_id,${none}`],
      ],
      [
        'Import',
        '1.0.0',
        [false, 'import', 'Import', '1.0.0', `api_id,${none}`],
      ],
    ] as const) {
      expect(await notes({ definition: titled(title, version) })).toEqual(
        expected,
      );
    }
    expect(
      await notes({
        definition: titled('注文', 'next'),
        api_id: 'chumon',
        display_name: 'Chumon',
        version: '4.0.0',
        environments: [{ name: 'dev', backend_url: 'http://127.0.0.1:7011' }],
      }),
    ).toEqual([true, 'chumon', 'Chumon', '4.0.0', '']);
    const long = await look({ definition: titled(`${'🙂'.repeat(60)}z`) });
    expect(long.body.api.display_name).toBe('🙂'.repeat(50));

    const unnamed = await make({ definition: titled('注文') });
    expect(unnamed.body.error.details[0].field).toBe('api_id');
    const reserved = await make({ definition: titled('Preview') });
    expect(reserved.body.error.details[0].field).toBe('api_id');
    for (const body of [
      { definition: SERVED, url: 'http://127.0.0.1:7011' },
      { api_id: 'a' },
    ]) {
      const { status, body: answer } = await make(body);
      expect([status, answer.error.details[0].field]).toEqual([
        400,
        'definition',
      ]);
    }
  });

  it('read a document from its address, once, and keep its bytes', async () => {
    const bytes = Buffer.from(
      `\ufeff${ORDERS_DEFINITION.replace('Orders', 'Fetched')}`,
    );
    receiver.respond = response => response.end(bytes);
    const made = await make({ url: receiver.url });
    expect([made.status, made.body.api_id]).toEqual([201, 'fetched-api']);
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0].headers['accept-encoding']).toBe('identity');
    const kept = await admin.get(
      `${APIS}/fetched-api/versions/1.0.0/definition`,
    );
    expect(Buffer.from(kept.text)).toEqual(bytes);
  });

  it('say by the address why there is no document', async () => {
    const say = async (url: string) => {
      const { status, body } = await look({ url });
      const [{ field, message }] = body.error.details;
      return `${status} ${field} ${message}`;
    };
    receiver.respond = response =>
      response.writeHead(302, { Location: '/elsewhere' }).end();
    expect(await say(receiver.url)).toMatch(/^400 url must lead to/);
    receiver.respond = response => response.writeHead(404).end('secret');
    expect(await say(receiver.url)).toBe(
      '400 url answers 404 in place of a document',
    );
    receiver.respond = response => {
      const part = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(part));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    expect(await say(receiver.url)).toMatch(/^400 url answers with more/);
    expect(receiver.received).toHaveLength(3);
    for (const url of [
      'http://169.254.169.254/latest/meta-data',
      'http://127.0.0.1:1/',
      'http://[::ffff:127.0.0.1]:1/',
      'http://user:word@127.0.0.1:7011/',
    ]) {
      expect(await say(url)).toMatch(/^400 url cannot be read: /);
    }
    expect((await look({ url: 'file:///etc/passwd' })).status).toBe(400);

    receiver.respond = () => undefined;
    const dialler = createDialler({ allow: [receiver.allowance] });
    await expect(fetchDefinition(dialler, receiver.url, 50)).rejects.toThrow(
      'did not answer in time',
    );
    await dialler.close();
  });

  it('are refused while a tenant fetches as many as it may', async () => {
    const waiting: (() => void)[] = [];
    receiver.respond = response =>
      void waiting.push(() => response.end(SERVED));
    const slow = Array.from({ length: 4 }, () =>
      look({ url: receiver.url }).then(({ status }) => status),
    );
    await eventually(async () => expect(waiting).toHaveLength(4));
    const more = await look({ url: receiver.url });
    expect([more.status, more.headers['retry-after']]).toEqual([429, '5']);
    for (const answer of waiting) answer();
    expect(await Promise.all(slow)).toEqual([200, 200, 200, 200]);
    receiver.respond = response => response.end(SERVED);
    expect((await look({ url: receiver.url })).status).toBe(200);
  });

  it('are not published before they can be deployed, nor more than may be', async () => {
    const made = await make({ definition: titled('Nowhere') });
    expect(made.body.environments).toEqual([]);
    const item = `${APIS}/nowhere`;
    const { status, body } = await admin.post(`${item}/publish`);
    expect([status, body.error.details[0].field]).toEqual([
      400,
      'environments',
    ]);
    const draft = await admin.get(item);
    expect(draft.body.status).toBe('draft');
    // It has as many as it may have.
    const full = await look({ definition: titled('More') });
    expect(full.body).toMatchObject({
      ready: false,
      notes: [{ field: 'tenant_id' }, { field: 'environments' }],
    });
    await admin.delete(item).set('If-Match', draft.headers.etag);
  });

  it('make one of many at the same time', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        make({ definition: titled('Raced'), version: `1.0.${n}` }),
      ),
    );
    const said = all.map(({ status, body }) => body.error?.code ?? status);
    expect(said.filter(code => code === 201)).toHaveLength(1);
    expect(said.filter(code => code === 'stoa.api.exists')).toHaveLength(19);
    const item = await admin.get(`${APIS}/raced`);
    const winner = all.find(({ status }) => status === 201)!;
    expect(item.body.version).toBe(winner.body.version);
    await admin.delete(`${APIS}/raced`).set('If-Match', item.headers.etag);
  });

  it('fetch nothing that a document refers to', async () => {
    receiver.respond = response => response.end('{}');
    const definition = ORDERS_DEFINITION.replace(
      '{ description: Orders }',
      `{ $ref: '${receiver.url}/responses.yaml#/a' }`,
    ).replace(
      '{ description: The order }',
      `{ $ref: '../other/openapi.yaml' }`,
    );
    const shown = await look({ definition });
    expect(shown.body).toMatchObject({
      ready: false,
      document: { valid: false },
    });
    expect(shown.body.document.problems).toHaveLength(2);
    expect((await make({ definition })).body.error.code).toBe(
      'stoa.definition.invalid',
    );
    expect(receiver.received).toEqual([]);
  });

  it('refuse what is meant to hurt, and go on', async () => {
    const head = await plane.repository.head();
    const names = 'abcdefghijklmnop'.split('');
    const aliases = names.map((name, n) => {
      const of = n
        ? Array(9)
            .fill(`*${names[n - 1]}`)
            .join(', ')
        : 'lol';
      return `  ${name}: &${name} [${of}]`;
    });
    for (const definition of [
      `${ORDERS_DEFINITION}x-bomb:\n${aliases.join('\n')}\n`,
      `{"openapi":"3.0.3","x-a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      `${ORDERS_DEFINITION}x-a: ${'['.repeat(50_000)}\n`,
      ORDERS_DEFINITION.replace('paths:', 'paths: !!js/function'),
    ]) {
      const { status, body } = await make({ definition });
      expect([status, body.error.code]).toEqual([
        422,
        'stoa.definition.invalid',
      ]);
    }
    expect(await plane.repository.head()).toBe(head);
    expect(await knex('quarantine')).toEqual([]);
  });

  it.each(['#', 'x-a:', "x-a: '"])('take no NUL (after %j)', async before => {
    const end = before.endsWith("'") ? "'" : '';
    receiver.respond = response =>
      response.end(`${ORDERS_DEFINITION}${before} a\0b${end}\n`);
    const { status, body } = await make({ url: receiver.url, api_id: 'nul' });
    expect([status, body.error?.code]).toEqual([
      422,
      'stoa.definition.invalid',
    ]);
    expect((await admin.get(APIS)).status).toBe(200);
  });

  it('take a document of ten megabytes while others are answered', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 2_500 }, (_, n) => [
        `/p${n}`,
        { get: { responses: { 200: { description: 'x'.repeat(4_000) } } } },
      ]),
    );
    const definition = JSON.stringify({
      openapi: '3.0.3',
      info: { title: 'Large', version: '1' },
      paths,
    });
    expect(definition.length).toBeGreaterThan(10_000_000);
    let done = false;
    const making = make({ definition }).then(answer => {
      done = true;
      return answer;
    });
    let turns = 0;
    for (; !done; turns++) await turn();
    const { status, body } = await making;
    expect([status, body.operation_count, body.error]).toEqual([
      201,
      2_500,
      undefined,
    ]);
    expect(turns).toBeGreaterThan(100);
  });
});
