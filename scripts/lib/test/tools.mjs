// Run by `npm test` against a started instance (STOA_URL, STOA_DATA_DIR): both official
// MCP clients, knowing only an address, find the issuer, register, sign in, and use
// the tools of an API; a consumer subscribes to them; the sidecar serves the same.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { UnauthorizedError as ModernUnauthorized } from '@modelcontextprotocol/client';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { accountsOf } from '../../../packages/cli/src/accounts.mjs';
import {
  accessToken,
  REDIRECT_URI,
  walk,
} from '../../../packages/cli/src/signIn.mjs';
import { startSidecar } from './sidecar.mjs';

const { STOA_URL, STOA_DATA_DIR } = process.env;
const V1 = `${STOA_URL}/api/control-plane/v1`;
const TOOLS = ['createCustomer', 'getCustomer'];
const SERVER = 'crm-tools';
const aggregate = tool => `acme-corp__${SERVER}__${tool}`;

/** The CRM takes each address once. */
const freshEmail = () => `${randomBytes(8).toString('hex')}@example.com`;

const personOf = account =>
  accountsOf(STOA_DATA_DIR).find(entry => entry.account === account);

/** The client's side of OAuth, kept in memory; the person's part is done by sending the forms. */
class Person {
  #values = {};

  constructor(account) {
    this.account = account;
  }

  redirectUrl = REDIRECT_URI;
  clientMetadata = {
    client_name: 'Test of the tools',
    redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };

  clientInformation = () => this.#values.client;
  saveClientInformation = client => {
    this.#values.client = client;
  };

  tokens = () => this.#values.tokens;
  saveTokens = tokens => {
    this.#values.tokens = tokens;
  };

  codeVerifier = () => this.#values.verifier;
  saveCodeVerifier = verifier => {
    this.#values.verifier = verifier;
  };

  state = () => 'a-state-of-the-test';

  discoveryState = () => this.#values.discovery;
  saveDiscoveryState = discovery => {
    this.#values.discovery = discovery;
  };

  async redirectToAuthorization(url) {
    assert.equal(url.searchParams.get('code_challenge_method'), 'S256');
    this.resource = url.searchParams.get('resource');
    this.answer = await walk(url.href, personOf(this.account));
  }
}

/** The two clients, which differ in how a sign-in is finished. */
const CLIENTS = {
  'sdk 1.x': {
    make: () => new Client({ name: 'test', version: '1' }),
    transport: (url, options) =>
      new StreamableHTTPClientTransport(url, options),
    finish: (transport, answer) => transport.finishAuth(answer.get('code')),
    unauthorized: UnauthorizedError,
  },
  'client 2.x': {
    make: () =>
      new ModernClient(
        { name: 'test', version: '1' },
        { versionNegotiation: { mode: 'auto' } },
      ),
    transport: (url, options) => new ModernTransport(url, options),
    finish: (transport, answer) => transport.finishAuth(answer),
    unauthorized: ModernUnauthorized,
  },
};

/** A connected client that knew only the address. */
async function signIn(kind, account, address) {
  const { make, transport, finish, unauthorized } = CLIENTS[kind];
  const person = new Person(account);
  const url = new URL(address);
  const first = transport(url, { authProvider: person });
  await assert.rejects(make().connect(first), unauthorized);
  assert.ok(person.resource.startsWith(url.href), person.resource);
  await finish(first, person.answer);
  const client = make();
  await client.connect(transport(url, { authProvider: person }));
  return client;
}

async function withKey(kind, key, address) {
  const { make, transport } = CLIENTS[kind];
  const client = make();
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(transport(new URL(address), { requestInit }));
  return client;
}

const namesOf = async client =>
  (await client.listTools()).tools.map(tool => tool.name).sort();

const tokens = new Map();
async function as(account) {
  if (!tokens.has(account)) {
    const { password } = personOf(account);
    const scope = 'openid stoa:admin';
    tokens.set(
      account,
      await accessToken({ baseUrl: STOA_URL, account, password, scope }),
    );
  }
  return async (method, path, body) => {
    const response = await fetch(V1 + path, {
      method,
      headers: {
        Authorization: `Bearer ${tokens.get(account)}`,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
}

async function until(condition, what, limitMs = 10_000) {
  const begun = Date.now();
  while (!(await condition())) {
    assert.ok(
      Date.now() - begun < limitMs,
      `${what}: not within ${limitMs} ms`,
    );
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return Date.now() - begun;
}

let sidecar;

before(async () => {
  const admin = await as('acme-admin');
  const preview = await admin('POST', '/tenants/acme-corp/toolsets/preview', {
    toolset_id: SERVER,
    display_name: 'CRM',
    api_id: 'crm-api',
    visibility: 'public',
    operations: TOOLS,
  });
  assert.deepEqual(preview.tools.map(tool => tool.name).sort(), TOOLS);
  await admin('POST', '/tenants/acme-corp/toolsets', {
    toolset_id: SERVER,
    display_name: 'CRM',
    description: 'Customers of ACME.',
    api_id: 'crm-api',
    visibility: 'public',
    operations: TOOLS,
  });

  sidecar = await startSidecar(STOA_DATA_DIR);
});

after(() => sidecar?.stop());

for (const kind of Object.keys(CLIENTS)) {
  test(`${kind}: a member knows the tools, a foreigner does not`, async () => {
    const member = await signIn(kind, 'acme-devops', `${STOA_URL}/mcp`);
    const names = await namesOf(member);
    for (const tool of TOOLS) assert.ok(names.includes(aggregate(tool)), tool);
    const made = await member.callTool({
      name: aggregate('createCustomer'),
      arguments: { name: 'Ada', email: freshEmail(), country: 'FR' },
    });
    assert.equal(made.isError ?? false, false, JSON.stringify(made));
    const { id } = made.structuredContent;
    assert.equal(JSON.parse(made.content[0].text).id, id);
    const wrong = await member.callTool({
      name: aggregate('getCustomer'),
      arguments: {},
    });
    assert.equal(wrong.isError, true);
    assert.match(wrong.content[0].text, /customer_id/);
    await member.close();

    const foreigner = await signIn(kind, 'demo-admin', `${STOA_URL}/mcp`);
    assert.ok(
      !(await namesOf(foreigner)).some(name => name.startsWith('acme-corp__')),
    );
    const refusal = name =>
      foreigner.callTool({ name, arguments: {} }).then(
        () => assert.fail('it was called'),
        error => String(error.message).replaceAll(name, 'NAME'),
      );
    assert.equal(
      await refusal(aggregate('getCustomer')),
      await refusal('acme-corp__crm-tools__nothing'),
    );
    await foreigner.close();
  });

  test(`${kind}: a virtual server has its own names, in the sidecar as well`, async () => {
    for (const base of [STOA_URL, sidecar.url]) {
      const address = `${base}/mcp/t/acme-corp/${SERVER}`;
      const client = await signIn(kind, 'acme-viewer', address);
      assert.deepEqual(await namesOf(client), TOOLS);
      await client.close();
    }
  });

  test(`${kind}: a consumer subscribes, calls by token and by key, and is cut off`, async () => {
    const consumer = await as('consumer');
    const admin = await as('acme-admin');
    const { items } = await consumer('GET', '/portal/servers?q=CRM');
    const server = items.find(item => item.slug === SERVER);
    const { subscription, api_key: key } = await consumer(
      'POST',
      '/mcp/subscriptions',
      { server_id: server.id, plan: 'pro', reason: 'Testing' },
    ).then(made => ({ subscription: made.subscription ?? made, ...made }));
    assert.match(key, /^stoa_mcp_/);
    const address = `${sidecar.url}/mcp`;
    await assert.rejects(withKey(kind, key, address));
    await admin('POST', `/mcp/subscriptions/${subscription.id}/approve`, {});

    const byKey = await withKey(kind, key, address);
    assert.deepEqual(await namesOf(byKey), TOOLS.map(aggregate));
    const byToken = await signIn(kind, 'consumer', `${STOA_URL}/mcp`);
    const call = client =>
      client.callTool({
        name: aggregate('createCustomer'),
        arguments: {
          name: 'Grace',
          email: freshEmail(),
          country: 'FR',
        },
      });
    for (const client of [byKey, byToken]) {
      assert.ok((await call(client)).structuredContent.id);
    }
    await admin('POST', `/mcp/subscriptions/${subscription.id}/revoke`, {
      reason: 'Over',
    });
    for (const client of [byKey, byToken]) {
      const took = await until(
        () =>
          call(client).then(
            () => false,
            () => true,
          ),
        'the end of the subscription',
        1_000,
      );
      assert.ok(took < 1_000);
      await client.close();
    }
  });
}

test('the same tools over plain HTTP', async () => {
  const { password } = personOf('acme-devops');
  const token = await accessToken({
    baseUrl: STOA_URL,
    account: 'acme-devops',
    password,
    resource: `${STOA_URL}/mcp`,
    scope: 'openid stoa:read stoa:tools:execute',
  });
  const headers = { Authorization: `Bearer ${token}` };
  const read = async path => (await fetch(STOA_URL + path, { headers })).json();
  const { items } = await read('/mcp/v1/tools?search=customer');
  assert.ok(items.some(tool => tool.name === aggregate('getCustomer')));
  assert.deepEqual(await read('/api/tools?search=customer'), {
    items,
    next_cursor: null,
  });
  const tool = await read(`/mcp/v1/tools/${aggregate('getCustomer')}`);
  assert.ok(tool.inputSchema.required.includes('customer_id'));
  const response = await fetch(
    `${STOA_URL}/mcp/v1/tools/${aggregate('createCustomer')}/invoke`,
    {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        arguments: {
          name: 'Edsger',
          email: freshEmail(),
          country: 'NL',
        },
      }),
    },
  );
  assert.equal((await response.json()).structuredContent.name, 'Edsger');
});

test('calls of tools are in the usage of both sides', async () => {
  const admin = await as('acme-admin');
  const consumer = await as('consumer');
  const shows = async (read, path) =>
    (await read('GET', path)).items.some(
      item => item.server === SERVER && item.tool === 'createCustomer',
    );
  await until(() => shows(admin, '/tenants/acme-corp/usage'), 'provider');
  await until(() => shows(consumer, '/my/usage'), 'consumer');
});
