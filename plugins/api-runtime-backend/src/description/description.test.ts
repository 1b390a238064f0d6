import { describeApi } from '@stoa/plugin-stoa-node/tool-compiler';
import { until } from '@stoa/plugin-stoa-node/testUtils';
import type { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { useRuntime } from '../__testUtils__/runtime';

const harness = useRuntime({ maxInFlightPerSubscription: 3 });
const { call, metered } = harness;

let version = 0;

/** A route of its own for a test, with its definition, and how to call it. */
async function describedRoute(
  paths: object,
  policies: { type: string; config?: object }[],
) {
  version += 1;
  const key = `dev/acme/crm/3.0.${version}`;
  harness.controlPlane.descriptions.set(
    `d-${key}`,
    describeApi({ openapi: '3.1.0', paths }),
  );
  harness.controlPlane.putRoute(key, `${harness.upstream.url}/base`, policies);
  await until(async () => {
    const probe = await fetch(`${harness.runtime.url}/gateway/${key}`);
    return probe.status !== 404;
  });
  return `/gateway/${key}`;
}
const validated = (paths: object, config: object = {}) =>
  describedRoute(paths, [{ type: 'request-validation', config }]);

/** What the backend is asked from now on. */
function asked() {
  const seen: {
    url?: string;
    method?: string;
    body: string;
    headers: IncomingMessage['headers'];
  }[] = [];
  harness.upstream.respond = async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    seen.push({ url: req.url, method: req.method, body, headers: req.headers });
    res.end('ok');
  };
  return seen;
}

/** Status, code and the fields that are named. */
async function refusal(response: Response) {
  const { error } = await response.json();
  return [
    response.status,
    error.code,
    ...[error.details ?? []].flat().map((d: { field: string }) => d.field),
  ];
}

const ok = { responses: { 200: { description: 'Ok' } } };
const param = (
  place: string,
  name: string,
  schema: object,
  more: object = {},
) => ({
  name,
  in: place,
  schema,
  ...(place === 'path' && { required: true }),
  ...more,
});

describe('request-validation', () => {
  it('passes what the definition describes, as it came', async () => {
    const path = await validated({
      '/pets/{id}': {
        get: { ...ok, parameters: [param('path', 'id', { type: 'integer' })] },
      },
    });
    const seen = asked();
    expect((await call(`${path}/pets/5?other=%2F`)).status).toBe(200);
    expect((await call(`${path}/pets/5`, { method: 'HEAD' })).status).toBe(200);
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /base/pets/5?other=%2F',
      'HEAD /base/pets/5',
    ]);
    const wrong = await call(`${path}/pets/five`);
    expect(await refusal(wrong)).toEqual([400, 'stoa.validation', 'path.id']);
    expect(await metered(wrong.headers.get('x-request-id'))).toMatchObject({
      status: 'invalid',
      http_status: 400,
    });
    expect(seen).toHaveLength(2);
  });

  it('refuses paths and methods that are not described, unless they may pass', async () => {
    const paths = { '/pets': { get: ok, post: ok }, '/pets/mine': { get: ok } };
    const strict = await validated(paths);
    const seen = asked();
    expect(await refusal(await call(`${strict}/cats`))).toEqual([
      404,
      'stoa.not_found',
    ]);
    expect(await refusal(await call(`${strict}/pets/`))).toEqual([
      404,
      'stoa.not_found',
    ]);
    const put = await call(`${strict}/pets`, { method: 'PUT' });
    expect(put.headers.get('allow')).toBe('GET, POST');
    expect(await refusal(put)).toEqual([405, 'stoa.method_not_allowed']);
    expect(seen).toEqual([]);
    const open = await validated(paths, { undescribed: 'passed' });
    expect((await call(`${open}/cats`)).status).toBe(200);
    expect((await call(`${open}/pets`, { method: 'PUT' })).status).toBe(200);
  });

  it('finds the path that is meant, however it is written', async () => {
    const id = (name: string, schema: object) => ({
      get: { ...ok, parameters: [param('path', name, schema)] },
    });
    const path = await validated({
      '/{any}/x': id('any', { const: 'any' }),
      '/pets/{id}': id('id', { type: 'integer' }),
      '/pets/mine': { get: ok },
      '/pets/{id}.json': id('id', { type: 'string', maxLength: 2 }),
      '/files/{name}/{size}x{height}': {
        get: {
          ...ok,
          parameters: [
            param('path', 'size', { type: 'integer' }),
            param('path', 'height', { type: 'integer' }),
          ],
        },
      },
      '/a b/{id}': id('id', { type: 'string' }),
    });
    asked();
    for (const [rest, status] of [
      ['pets/7', 200],
      ['pets/mine', 200],
      ['p%65ts/mine', 200],
      ['pets/ab.json', 200],
      ['pets/abc.json', 400],
      ['any/x', 200],
      ['some/x', 400],
      ['files/a%2Fb/10x20', 200],
      ['files/a/tenx20', 400],
      ['files/a/10x', 404],
      ['a%20b/1', 200],
      ['pets/%ff', 400],
    ] as const) {
      expect([rest, (await call(`${path}/${rest}`)).status]).toEqual([
        rest,
        status,
      ]);
    }
  });

  it.each([
    [
      'a list of parameters',
      'tags=a&tags=b',
      'tags',
      { maxItems: 2 },
      {},
      true,
    ],
    [
      'too long a list',
      'tags=a&tags=b&tags=c',
      'tags',
      { maxItems: 2 },
      {},
      false,
    ],
    ['a list of one', 'tags=a', 'tags', { minItems: 1 }, {}, true],
    ['commas', 'tags=a,b', 'tags', { minItems: 2 }, { explode: false }, true],
    [
      'a comma within',
      'tags=a%2Cb',
      'tags',
      { minItems: 2 },
      { explode: false },
      false,
    ],
    [
      'pipes',
      'tags=a|b',
      'tags',
      { minItems: 2 },
      { style: 'pipeDelimited', explode: false },
      true,
    ],
    [
      'spaces',
      'tags=a%20b',
      'tags',
      { minItems: 2 },
      { style: 'spaceDelimited', explode: false },
      true,
    ],
  ])('reads %s', async (_, query, name, bounds, how, good) => {
    const schema = { type: 'array', items: { type: 'string' }, ...bounds };
    const path = await validated({
      '/x': { get: { ...ok, parameters: [param('query', name, schema, how)] } },
    });
    asked();
    const answer = await call(`${path}/x?${query}`);
    expect(good ? answer.status : await refusal(answer)).toEqual(
      good ? 200 : [400, 'stoa.validation', `query.${name}`],
    );
  });

  it.each([
    ['a number', 'n=5', { type: 'integer', maximum: 5 }, {}, true],
    ['a number beyond', 'n=6', { type: 'integer', maximum: 5 }, {}, false],
    ['no number', 'n=five', { type: 'integer' }, {}, false],
    ['a boolean', 'n=true', { type: 'boolean' }, {}, true],
    ['another boolean', 'n=yes', { type: 'boolean' }, {}, false],
    ['a text that looks like a number', 'n=5', { type: 'string' }, {}, true],
    ['one of several', 'n=b', { enum: ['a', 'b'] }, {}, true],
    ['none of several', 'n=c', { enum: ['a', 'b'] }, {}, false],
    ['plus for a space', 'n=a+b', { const: 'a b' }, {}, true],
    ['one value twice', 'n=1&n=2', { type: 'integer' }, {}, false],
    [
      'one value twice, its name encoded',
      'n=1&%6E=2',
      { type: 'integer' },
      {},
      false,
    ],
    ['a bad escape', 'n=%zz', { type: 'string' }, {}, false],
    [
      'nothing, though required',
      'm=1',
      { type: 'string' },
      { required: true },
      false,
    ],
    ['a date', 'n=2026-03-01', { type: 'string', format: 'date' }, {}, true],
    ['no date', 'n=2026-13-01', { type: 'string', format: 'date' }, {}, false],
  ])('takes %s for what it is', async (_, query, schema, more, good) => {
    const path = await validated({
      '/x': { get: { ...ok, parameters: [param('query', 'n', schema, more)] } },
    });
    asked();
    const answer = await call(`${path}/x?${query}`);
    expect(good ? answer.status : await refusal(answer)).toEqual(
      good ? 200 : [400, 'stoa.validation', 'query.n'],
    );
  });

  it('reads objects, JSON and headers', async () => {
    const point = {
      type: 'object',
      properties: { x: { type: 'integer' }, y: { type: 'integer' } },
      required: ['x'],
      additionalProperties: false,
    };
    const path = await validated({
      '/deep': {
        get: {
          ...ok,
          parameters: [param('query', 'at', point, { style: 'deepObject' })],
        },
      },
      '/form': { get: { ...ok, parameters: [param('query', 'at', point)] } },
      '/json': {
        get: {
          ...ok,
          parameters: [
            {
              name: 'at',
              in: 'query',
              content: { 'application/json': { schema: point } },
            },
          ],
        },
      },
      '/head': {
        get: {
          ...ok,
          parameters: [
            param('header', 'X-Ids', {
              type: 'array',
              items: { type: 'integer' },
            }),
          ],
        },
      },
      '/{at}/simple': {
        get: {
          ...ok,
          parameters: [param('path', 'at', point, { explode: true })],
        },
      },
    });
    asked();
    const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
    for (const [rest, fault] of [
      ['deep?at[x]=1&at%5By%5D=2'],
      ['deep?at[y]=2', 'query.at'],
      ['deep?at[x]=1&at[x]=2', 'query.at'],
      ['form?x=1&y=2'],
      ['form?x=one', 'query.at/x'],
      [`json?at=${json({ x: 1 })}`],
      [`json?at=${json({ x: '1.5' })}`, 'query.at/x'],
      ['json?at={', 'query.at'],
      ['x=1,y=2/simple'],
      ['y=2/simple', 'path.at'],
    ] as const) {
      const answer = await call(`${path}/${rest}`);
      expect([
        rest,
        fault ? (await refusal(answer))[2] : answer.status,
      ]).toEqual([rest, fault ?? 200]);
    }
    const withIds = (ids: string) =>
      call(`${path}/head`, { headers: { 'x-ids': ids } });
    expect((await withIds('1, 2')).status).toBe(200);
    expect(await refusal(await withIds('1, b'))).toEqual([
      400,
      'stoa.validation',
      'header.X-Ids/1',
    ]);
  });

  describe('of bodies', () => {
    const pet = {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string' },
        id: { type: 'integer', readOnly: true },
        mother: { $ref: '#/components/schemas/Pet' },
      },
    };
    const paths = {
      '/pets': {
        post: {
          ...ok,
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: pet },
              'application/vnd.pets+json': { schema: { type: 'array' } },
              'text/*': {},
            },
          },
        },
        get: ok,
      },
    };
    let path: string;
    beforeEach(async () => {
      version += 1;
      const key = `dev/acme/crm/3.1.${version}`;
      harness.controlPlane.descriptions.set(
        `d-${key}`,
        describeApi({
          openapi: '3.1.0',
          paths,
          components: { schemas: { Pet: pet } },
        }),
      );
      harness.controlPlane.putRoute(key, `${harness.upstream.url}/base`, [
        { type: 'request-validation', config: { maxBodyBytes: 600_000 } },
      ]);
      path = `/gateway/${key}`;
      await until(
        async () =>
          (await call(path)).status !== 404 ||
          (await (await call(`${path}/pets`)).status) === 200,
      );
    });
    const post = (
      body: BodyInit | undefined,
      headers: Record<string, string> = { 'content-type': 'application/json' },
      more: object = {},
    ) => call(`${path}/pets`, { method: 'POST', body, headers, ...more });

    it('sends on what is right, byte for byte', async () => {
      const seen = asked();
      const text = '{ "name" : "Rex", "more": 1.0 }';
      expect((await post(text)).status).toBe(200);
      const chunked = new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from(text));
          controller.close();
        },
      });
      const stream = await post(chunked, undefined, { duplex: 'half' });
      expect(stream.status).toBe(200);
      expect((await post('any', { 'content-type': 'text/csv' })).status).toBe(
        200,
      );
      expect(
        (await post('[]', { 'content-type': 'application/vnd.pets+json;v=1' }))
          .status,
      ).toBe(200);
      expect(seen.map(({ body }) => body)).toEqual([text, text, 'any', '[]']);
      expect(seen[1].headers['content-length']).toBe(String(text.length));
    });

    it.each([
      ['a property is missing', '{}', 'body'],
      ['a type is wrong', '{"name":5}', 'body/name'],
      ['wrong within', '{"name":"a","mother":{}}', 'body/mother'],
      ['it is no JSON', '{"name":', 'body'],
      [
        'it is no UTF-8',
        Buffer.from('7b226e616d65223a22ff227d', 'hex'),
        'body',
      ],
      [
        'it goes deeper than the stack',
        `${'{"name":"a","mother":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
        'body',
      ],
      [
        'it is wrong far within',
        `${'{"name":"a","mother":'.repeat(40)}1${'}'.repeat(40)}`,
        /^body\/mother/,
      ],
    ])('names the field where %s', async (_, body, field) => {
      const seen = asked();
      const [status, code, named] = await refusal(await post(body));
      expect([status, code]).toEqual([400, 'stoa.validation']);
      expect(named).toMatch(
        field instanceof RegExp ? field : new RegExp(`^${field}$`),
      );
      expect(seen).toEqual([]);
    });

    it('refuses none, too many, another type, a packed one, and one where none belongs', async () => {
      const seen = asked();
      expect(await refusal(await post(undefined))).toEqual([
        400,
        'stoa.validation',
        'body',
      ]);
      expect((await refusal(await post(`"${'x'.repeat(600_000)}"`)))[0]).toBe(
        413,
      );
      expect(
        (
          await refusal(
            await post('<a/>', { 'content-type': 'application/xml' }),
          )
        )[0],
      ).toBe(415);
      expect(
        (
          await refusal(
            await post('{}', {
              'content-type': 'application/json',
              'content-encoding': 'gzip',
            }),
          )
        )[0],
      ).toBe(415);
      const remove = await call(`${path}/pets`, { method: 'DELETE' });
      expect(remove.status).toBe(405);
      expect(seen).toEqual([]);
    });
  });

  it('takes a place for whoever sends slowly', async () => {
    const path = await validated({
      '/x': {
        post: {
          ...ok,
          requestBody: {
            content: { 'application/json': { schema: { type: 'array' } } },
          },
        },
      },
    });
    asked();
    const slow: Socket[] = [];
    const sendSlowly = () => {
      const socket = connect(harness.runtime.port, '127.0.0.1');
      socket.write(
        `POST ${path}/x HTTP/1.1\r\nHost: x\r\nX-API-Key: ${harness.key}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[`,
      );
      slow.push(socket);
    };
    const post = () =>
      call(`${path}/x`, {
        method: 'POST',
        body: '[]',
        headers: { 'content-type': 'application/json' },
      });
    await until(async () => {
      sendSlowly();
      // Gets there before the call that looks, which takes a place too.
      await call(`${path}/none`);
      return (await post()).status === 429;
    });
    for (const socket of slow) socket.end(']');
    await until(async () => (await post()).status === 200);
    for (const socket of slow) socket.destroy();
  });

  it('refuses calls of an operation that it cannot check, and all while nobody can tell', async () => {
    const path = await validated({
      '/broken': {
        post: {
          ...ok,
          requestBody: {
            content: {
              'application/json': { schema: { $ref: 'https://a.test/x' } },
            },
          },
        },
      },
    });
    const seen = asked();
    expect(
      await refusal(await call(`${path}/broken`, { method: 'POST' })),
    ).toEqual([501, 'stoa.not_implemented']);
    harness.controlPlane.putRoute(
      'dev/acme/crm/unknown',
      harness.upstream.url,
      [{ type: 'request-validation', config: {} }],
    );
    const unknown = '/gateway/dev/acme/crm/unknown/x';
    await until(async () => (await call(unknown)).status !== 404);
    const answer = await call(unknown);
    expect(await refusal(answer)).toEqual([503, 'stoa.unavailable']);
    expect(seen).toEqual([]);
    harness.controlPlane.descriptions.set(
      'd-dev/acme/crm/unknown',
      describeApi({ openapi: '3.1.0', paths: { '/x': { get: ok } } }),
    );
    await until(async () => (await call(unknown)).status === 200);
    const asks = () =>
      harness.controlPlane.described.filter(id => id.endsWith('/unknown'))
        .length;
    const before = asks();
    await call(unknown);
    expect(asks()).toBe(before);
  });
});

describe('mock', () => {
  const paths = {
    '/pets': {
      get: {
        responses: {
          404: {
            content: { 'application/json': { example: { code: 'none' } } },
          },
          200: {
            headers: {
              'X-Total': { example: 1 },
              'Set-Cookie': { example: 'a=b' },
            },
            content: {
              'application/json': {
                examples: {
                  one: { value: [{ name: 'Rex' }] },
                  none: { value: [] },
                },
              },
              'text/csv': { example: 'name\nRex' },
            },
          },
        },
      },
      post: { responses: { 204: { description: 'Done' } } },
      put: { responses: {} },
    },
  };

  it('answers with the examples, and asks no backend', async () => {
    const path = await describedRoute(paths, [{ type: 'mock' }]);
    const seen = asked();
    const first = await call(`${path}/pets`);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('application/json');
    expect(first.headers.get('x-total')).toBe('1');
    expect(first.headers.get('set-cookie')).toBeNull();
    expect(await first.json()).toEqual([{ name: 'Rex' }]);
    expect(await metered(first.headers.get('x-request-id'))).toMatchObject({
      status: 'success',
      http_status: 200,
    });
    const with_ = (headers: Record<string, string>) =>
      call(`${path}/pets`, { headers });
    expect(await (await with_({ accept: 'text/csv' })).text()).toBe(
      'name\nRex',
    );
    expect(await (await with_({ prefer: 'example=none' })).json()).toEqual([]);
    const missing = await with_({ prefer: 'code=404' });
    expect([missing.status, await missing.json()]).toEqual([
      404,
      { code: 'none' },
    ]);
    const head = await call(`${path}/pets`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(2);
    const none = await call(`${path}/pets`, { method: 'POST', body: '{}' });
    expect([none.status, await none.text()]).toEqual([204, '']);
    for (const [headers, status] of [
      [{ accept: 'image/png' }, 406],
      [{ prefer: 'code=500' }, 501],
      [{ prefer: 'example=three' }, 501],
    ] as const) {
      expect(
        (await refusal(await with_(headers as Record<string, string>)))[0],
      ).toBe(status);
    }
    expect((await call(`${path}/pets`, { method: 'PUT' })).status).toBe(501);
    expect((await call(`${path}/dogs`)).status).toBe(404);
    expect((await call(`${path}/pets`, { method: 'DELETE' })).status).toBe(405);
    expect(seen).toEqual([]);
  });

  it('needs a key, and checks calls where that is asked for too', async () => {
    const path = await describedRoute(
      {
        '/pets': {
          get: {
            ...ok,
            parameters: [param('query', 'n', { type: 'integer' })],
          },
        },
      },
      [{ type: 'mock' }, { type: 'request-validation' }],
    );
    expect((await fetch(`${harness.runtime.url}${path}/pets`)).status).toBe(
      401,
    );
    expect((await call(`${path}/pets?n=x`)).status).toBe(400);
    expect((await call(`${path}/pets?n=1`)).status).toBe(200);
  });
});
