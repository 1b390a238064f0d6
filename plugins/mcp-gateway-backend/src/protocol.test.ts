import { useGateway } from './__testUtils__/gateway';

const harness = useGateway({
  mcp: { pageSize: 2, allowedOrigins: ['http://localhost:6274'] },
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const JSON_TYPE = { 'content-type': 'application/json' };

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

async function send(
  body: unknown,
  options: {
    path?: string;
    method?: string;
    headers?: Record<string, string | undefined>;
    raw?: string;
  } = {},
): Promise<Sent> {
  const headers = Object.fromEntries(
    Object.entries({
      ...JSON_TYPE,
      authorization: `Bearer ${await harness.token()}`,
      ...options.headers,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const method = options.method ?? 'POST';
  const response = await fetch(harness.url + (options.path ?? '/mcp'), {
    method,
    headers,
    body: method === 'POST' ? options.raw ?? JSON.stringify(body) : undefined,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text ? JSON.parse(text) : undefined,
  };
}

const request = (method: string, params: object = {}, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});

function modern(method: string, params: object = {}, id: unknown = 1) {
  const name = (params as { name?: string }).name;
  return {
    body: request(method, { ...params, _meta: META }, id),
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name !== undefined && { 'mcp-name': name }),
    } as Record<string, string | undefined>,
  };
}

const sendModern = (method: string, params?: object) => {
  const { body, headers } = modern(method, params);
  return send(body, { headers });
};

describe('with initialize', () => {
  it.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])(
    'agrees on %s',
    async protocolVersion => {
      const { status, headers, body } = await send(
        request('initialize', {
          protocolVersion,
          capabilities: {},
          clientInfo: { name: 'test', version: '1' },
        }),
      );
      expect([status, body.result.protocolVersion]).toEqual([
        200,
        protocolVersion,
      ]);
      expect(body.result.capabilities).toEqual({ tools: {} });
      expect(headers.get('mcp-session-id')).toBeNull();
      const after = await send(
        { jsonrpc: '2.0', method: 'notifications/initialized' },
        { headers: { 'mcp-protocol-version': protocolVersion } },
      );
      expect([after.status, after.body]).toEqual([202, undefined]);
    },
  );

  it('offers its newest to a client of the future', async () => {
    const { body } = await send(
      request('initialize', { protocolVersion: '2030-01-01' }),
    );
    expect(body.result.protocolVersion).toBe('2025-11-25');
  });

  it('answers a ping, and calls unknown methods unknown', async () => {
    expect((await send(request('ping'))).body.result).toEqual({});
    for (const method of [
      'resources/list',
      'prompts/list',
      'logging/setLevel',
      'server/discover',
      'nonsense',
    ]) {
      const { status, body } = await send(request(method));
      expect([status, body.error.code]).toEqual([200, -32601]);
    }
  });

  it('takes several messages in a body in 2025-03-26, and only there', async () => {
    const batch = [
      request('ping', {}, 'a'),
      { jsonrpc: '2.0', method: 'notifications/cancelled' },
      request('tools/list', {}, 'b'),
    ];
    for (const headers of [{}, { 'mcp-protocol-version': '2025-03-26' }]) {
      const { body } = await send(batch, { headers });
      expect(body.map((m: { id: string }) => m.id)).toEqual(['a', 'b']);
    }
    const none = await send([{ jsonrpc: '2.0', method: 'notifications/x' }]);
    expect(none.status).toBe(202);
    const later = await send(batch, {
      headers: { 'mcp-protocol-version': '2025-06-18' },
    });
    expect([later.status, later.body.error.code]).toEqual([400, -32600]);
    for (const wrong of [
      [],
      Array(100).fill(request('ping')),
      [request('initialize', { protocolVersion: '2025-03-26' })],
    ]) {
      expect((await send(wrong)).status).toBe(400);
    }
  });

  it('refuses a version header that it does not know', async () => {
    for (const version of ['1900-01-01', 'not-a-version']) {
      const { status, body } = await send(request('tools/list'), {
        headers: { 'mcp-protocol-version': version },
      });
      expect([status, body.id, body.error.data.requested]).toEqual([
        400,
        1,
        version,
      ]);
    }
  });

  it('serves the plainest client there is', async () => {
    for (const accept of ['*/*', undefined, 'application/json']) {
      const { status, body } = await send(request('tools/list'), {
        headers: { accept },
      });
      expect([status, body.result.tools.length > 0]).toEqual([200, true]);
    }
  });
});

describe('without initialize (2026-07-28)', () => {
  it('tells what it is', async () => {
    const { status, body } = await sendModern('server/discover');
    expect([status, body.result]).toEqual([
      200,
      {
        resultType: 'complete',
        _meta: {
          'io.modelcontextprotocol/serverInfo': expect.objectContaining({
            name: 'stoa',
          }),
        },
        supportedVersions: expect.arrayContaining(['2026-07-28', '2025-11-25']),
        capabilities: { tools: {} },
        instructions: expect.any(String),
        ttlMs: expect.any(Number),
        cacheScope: 'private',
      },
    ]);
  });

  it('lists and calls, with what every result carries', async () => {
    const list = await sendModern('tools/list');
    expect(list.body.result).toMatchObject({
      resultType: 'complete',
      cacheScope: 'private',
      ttlMs: expect.any(Number),
    });
    const name = 'acme__crm-tools__get_customer';
    const call = await sendModern('tools/call', { name, arguments: { id: 7 } });
    expect(call.body.result).toMatchObject({
      resultType: 'complete',
      structuredContent: { id: 7 },
    });
  });

  it('does not know what was removed, nor what is not here', async () => {
    for (const method of [
      'ping',
      'initialize',
      'logging/setLevel',
      'subscriptions/listen',
      'resources/list',
    ]) {
      const { status, body } = await sendModern(method);
      expect([method, status, body.error.code]).toEqual([method, 404, -32601]);
    }
  });

  type Change = (message: ReturnType<typeof modern>) => void;
  const NAME = 'acme__crm-tools__get_customer';
  const base64 = (text: string) =>
    `=?base64?${Buffer.from(text).toString('base64')}?=`;

  it.each<[string, number | undefined, Change]>([
    [
      'Mcp-Name in Base64',
      undefined,
      m => {
        m.headers['mcp-name'] = base64(NAME);
      },
    ],
    [
      'no version header',
      -32020,
      m => {
        m.headers['mcp-protocol-version'] = undefined;
      },
    ],
    [
      'another version header',
      -32020,
      m => {
        m.headers['mcp-protocol-version'] = '2025-11-25';
      },
    ],
    [
      'no Mcp-Method',
      -32020,
      m => {
        m.headers['mcp-method'] = undefined;
      },
    ],
    [
      'another Mcp-Method',
      -32020,
      m => {
        m.headers['mcp-method'] = 'tools/list';
      },
    ],
    [
      'Mcp-Method in other case',
      -32020,
      m => {
        m.headers['mcp-method'] = 'Tools/Call';
      },
    ],
    [
      'no Mcp-Name',
      -32020,
      m => {
        m.headers['mcp-name'] = undefined;
      },
    ],
    [
      'another Mcp-Name',
      -32020,
      m => {
        m.headers['mcp-name'] = `${NAME}2`;
      },
    ],
    [
      'a broken Base64 Mcp-Name',
      -32020,
      m => {
        m.headers['mcp-name'] = '=?base64?%%?=';
      },
    ],
    [
      'Base64 that is no UTF-8',
      -32020,
      m => {
        m.headers['mcp-name'] = '=?base64?//4=?=';
      },
    ],
    [
      'no _meta',
      -32602,
      m => {
        delete (m.body.params as any)._meta;
      },
    ],
    [
      'no client capabilities',
      -32602,
      m => {
        (m.body.params as any)._meta = {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        };
      },
    ],
    [
      'a version that is not spoken',
      -32022,
      m => {
        (m.body.params as any)._meta = {
          ...META,
          'io.modelcontextprotocol/protocolVersion': '2027-01-01',
        };
        m.headers['mcp-protocol-version'] = '2027-01-01';
      },
    ],
  ])('judges %s', async (_what, code, change) => {
    const message = modern('tools/call', { name: NAME, arguments: { id: 7 } });
    change(message);
    const { status, body } = await send(message.body, {
      headers: message.headers,
    });
    expect([status, body.error?.code]).toEqual(
      code === undefined ? [200, undefined] : [400, code],
    );
    const supported = body.error?.data?.supported ?? [];
    expect(supported.includes('2026-07-28')).toBe(code === -32022);
  });

  it('ignores a session, and mints none', async () => {
    const { body, headers } = modern('tools/list');
    const answer = await send(body, {
      headers: { ...headers, 'mcp-session-id': 'stolen' },
    });
    expect([answer.status, answer.headers.get('mcp-session-id')]).toEqual([
      200,
      null,
    ]);
  });
});

describe('the transport', () => {
  it.each(['GET', 'DELETE', 'PUT'])('has no %s', async method => {
    const { status, headers } = await send(undefined, { method });
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each<[string, number, object]>([
    ['no JSON', 400, { raw: '{' }],
    ['no UTF-8', 400, { raw: '\ud800"' }],
    ['a number', 400, { raw: '1' }],
    ['no version', 400, { raw: '{"id":1,"method":"ping"}' }],
    [
      'an id that is null',
      400,
      { raw: '{"jsonrpc":"2.0","id":null,"method":"ping"}' },
    ],
    [
      'an id that is an object',
      400,
      { raw: '{"jsonrpc":"2.0","id":{},"method":"ping"}' },
    ],
    [
      'params that are a list',
      400,
      { raw: '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}' },
    ],
    ['another media type', 415, { headers: { 'content-type': 'text/plain' } }],
    ['no media type', 415, { headers: { 'content-type': '' } }],
    ['a wish for HTML', 406, { headers: { accept: 'text/html' } }],
  ])('refuses %s', async (_what, status, options) => {
    expect((await send(request('ping'), options)).status).toBe(status);
  });

  it('takes null for what is left out', async () => {
    const name = 'acme__crm-tools__list_customers';
    for (const params of [
      { name, arguments: null },
      { name, arguments: undefined },
    ]) {
      const { body } = await send(request('tools/call', params));
      expect(body.result.isError).toBe(false);
    }
    for (const params of [null, { cursor: null }]) {
      const { body } = await send({ ...request('tools/list'), params });
      expect(body.result.tools.length).toBeGreaterThan(0);
    }
  });

  it('names what is wrong with a parameter', async () => {
    const { body } = await send(request('tools/list', { cursor: 'forged' }));
    expect(body.error.data).toEqual({
      code: 'stoa.validation',
      details: [{ field: 'cursor', message: expect.any(String) }],
    });
  });

  it('names what a token lacks', async () => {
    const token = await harness.token({ scope: 'openid stoa:read' });
    const { status, body } = await send(
      request('tools/call', { name: 'acme__crm-tools__list_customers' }),
      { headers: { authorization: `Bearer ${token}` } },
    );
    expect(status).toBe(403);
    expect(body.error.message).toMatch(/lacks the scope stoa:tools:execute/);
  });

  it('takes an answer to a request that it never made', async () => {
    const { status } = await send({ jsonrpc: '2.0', id: 9, result: {} });
    expect(status).toBe(202);
  });

  it('answers JSON 404 where nothing is', async () => {
    for (const path of [
      '/mcp//',
      '/mcp/nothing',
      '/mcp/t/acme',
      '/mcp/t/acme/crm-tools/x',
      '/mcp/t/ACME/crm-tools',
      '/mcp/t/acme/nothing',
      '/mcp/t/globex/ops',
      '/mcp/v1/nothing',
    ]) {
      const { status, body } = await send(request('tools/list'), { path });
      expect([path, status, body.error.code]).toEqual([
        path,
        404,
        'stoa.not_found',
      ]);
    }
  });

  it('lets pages of allowed origins in, and no others', async () => {
    const origin = 'http://localhost:6274';
    const preflight = await send(undefined, {
      method: 'OPTIONS',
      headers: { origin, authorization: undefined },
    });
    expect([
      preflight.status,
      preflight.headers.get('access-control-allow-origin'),
    ]).toEqual([204, origin]);
    const own = await send(request('ping'), { headers: { origin } });
    expect(own.headers.get('access-control-allow-origin')).toBe(origin);
    for (const other of [
      'http://localhost:6275',
      'null',
      `${harness.url}.evil`,
    ]) {
      const answer = await send(request('ping'), {
        headers: { origin: other },
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('lists', () => {
  const names = (body: any) =>
    body.result.tools.map((tool: { name: string }) => tool.name);

  it('come in pages that belong to their reader', async () => {
    const first = await send(request('tools/list'));
    expect(names(first.body)).toEqual([
      'acme__crm-tools__create_customer',
      'acme__crm-tools__get_customer',
    ]);
    const cursor = first.body.result.nextCursor;
    const second = await send(request('tools/list', { cursor }));
    expect(names(second.body)).toEqual(['acme__crm-tools__list_customers']);
    expect(second.body.result.nextCursor).toBeUndefined();

    const other = await harness.token({ sub: 'somebody-else' });
    for (const [wrong, headers, path] of [
      ['made-up', {}, '/mcp'],
      [`${cursor}x`, {}, '/mcp'],
      [cursor, { authorization: `Bearer ${other}` }, '/mcp'],
      [cursor, {}, '/mcp/t/acme/crm-tools'],
      [7, {}, '/mcp'],
    ] as const) {
      const answer = await send(request('tools/list', { cursor: wrong }), {
        headers,
        path,
      });
      expect(answer.body.error.code).toBe(-32602);
    }
  });

  it('have the own names of a virtual server, and say nothing of its inside', async () => {
    const path = '/mcp/t/acme/crm-tools';
    const { body } = await send(request('tools/list'), { path });
    expect(names(body)).toEqual(['create_customer', 'get_customer']);
    for (const inside of ['binding', 'hash', 'wrapsResult', '/customers']) {
      expect(JSON.stringify(body)).not.toContain(inside);
    }
    const init = await send(
      request('initialize', { protocolVersion: '2025-11-25' }),
      { path },
    );
    expect(init.body.result.serverInfo.title).toBe('crm-tools of acme');
  });

  it('are the same over plain HTTP', async () => {
    const read = async (path: string) =>
      (await send(undefined, { method: 'GET', path })).body;
    const first = await read('/mcp/v1/tools?limit=2');
    expect(first.items).toHaveLength(2);
    const rest = await read(
      `/mcp/v1/tools?limit=2&cursor=${first.next_cursor}`,
    );
    expect(rest).toMatchObject({
      items: [{ name: 'acme__crm-tools__list_customers' }],
      next_cursor: null,
    });
    expect(await read('/api/tools')).toEqual(await read('/mcp/v1/tools'));
    expect((await read('/mcp/v1/tools?search=GET%20a')).items).toHaveLength(1);
    expect((await read('/mcp/v1/tools?tenant_id=globex')).items).toEqual([]);
    const [tool] = first.items;
    expect(await read(`/mcp/v1/tools/${tool.name}`)).toEqual(tool);
    for (const [path, field] of [
      ['?limit=0', 'limit'],
      ['?limit=101', 'limit'],
      ['?nonsense=1', 'nonsense'],
      ['?limit=1&limit=2', 'limit'],
    ]) {
      expect((await read(`/mcp/v1/tools${path}`)).error.details).toEqual([
        { field, message: expect.any(String) },
      ]);
    }
  });
});

it('says where tokens come from, the same for what exists and what does not', async () => {
  const well = '/.well-known/oauth-protected-resource';
  for (const path of ['/mcp', '/mcp/t/acme/crm-tools', '/mcp/t/no/such']) {
    const response = await fetch(harness.url + well + path);
    expect(await response.json()).toMatchObject({
      resource: harness.url + path,
      authorization_servers: [harness.issuer.issuer],
      scopes_supported: ['stoa:read', 'stoa:tools:execute'],
    });
    const { status, headers } = await send(request('ping'), {
      path,
      headers: { authorization: undefined },
    });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain(
      `resource_metadata="${harness.url}${well}${path}"`,
    );
  }
  for (const path of ['', '/mcp/']) {
    const { resource } = await (await fetch(harness.url + well + path)).json();
    expect(resource).toBe(`${harness.url}/mcp`);
  }
  for (const path of ['/mcp//', '/mcp/t/acme', '/mcp/v1/tools']) {
    expect((await fetch(harness.url + well + path)).status).toBe(404);
  }
});

it('takes a token for one server there only', async () => {
  const aud = `${harness.url}/mcp/t/acme/crm-tools`;
  const authorization = `Bearer ${await harness.token({ aud })}`;
  const at = async (path: string) =>
    (await send(request('tools/list'), { path, headers: { authorization } }))
      .status;
  expect(await at('/mcp/t/acme/crm-tools')).toBe(200);
  expect(await at('/mcp/t/acme/crm-tools/')).toBe(200);
  expect(await at('/mcp')).toBe(401);
  expect(await at('/mcp/t/globex/ops')).toBe(401);
});
