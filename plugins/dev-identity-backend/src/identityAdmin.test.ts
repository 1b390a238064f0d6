import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import {
  DefaultPrincipalService,
  DevAccount,
  EmbeddedIdentityAdmin,
  readIssuers,
} from '@stoa/plugin-stoa-node';
import {
  identityAdminContract,
  IdentityAdminUnderTest,
} from '@stoa/plugin-stoa-node/testUtils';
import type { Request } from 'express';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { freePort, Platform, startPlatform } from './__testUtils__/platform';

jest.setTimeout(60_000);

const directory = createMockDirectory();
let platform: Platform;
let config: ConfigReader;

beforeAll(async () => {
  platform = await startPlatform({
    port: await freePort(),
    dataDir: directory.resolve('data'),
  });
  config = new ConfigReader({
    backend: { baseUrl: platform.base },
    stoa: { dataDir: directory.resolve('data') },
  });
});

afterAll(() => platform.stop());

function account(name: string): DevAccount {
  return {
    account: name,
    subject: name,
    password: 'unused',
    password_hash: `scrypt$16384$${'A'.repeat(22)}$${'A'.repeat(43)}`,
    name,
    email: `${name}@example.com`,
    platform_admin: false,
    grants: {},
  };
}

async function tokenOf(
  client: { clientId: string; clientSecret: string },
  scope?: string,
) {
  const basic = `${client.clientId}:${client.clientSecret}`;
  const response = await fetch(`${platform.issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope && { scope }),
    }),
  });
  return { status: response.status, body: await response.json() };
}

async function open(): Promise<IdentityAdminUnderTest> {
  await writeFile(
    directory.resolve('data/accounts.json'),
    JSON.stringify([account('ada'), account('bob')]),
  );
  await rm(directory.resolve('data/clients.json'), { force: true });
  return {
    admin: new EmbeddedIdentityAdmin(config),
    ada: 'ada',
    bob: 'bob',
    accepts: async client => (await tokenOf(client)).status === 200,
  };
}

describe('the embedded issuer, as its administrators change it', () => {
  identityAdminContract(open);

  const robot = {
    clientId: 'robot',
    name: 'A robot',
    redirectUris: [],
    grants: { 'acme-corp': ['devops' as const] },
    scopes: ['stoa:catalog:read', 'stoa:catalog:write'],
  };

  it('gives programs tokens with their roles, for their scopes alone', async () => {
    const { admin } = await open();
    const client = await admin.createClient(robot);
    const { body } = await tokenOf(client, 'stoa:catalog:read');
    const principals = new DefaultPrincipalService({
      sessions: {
        auth: mockServices.auth(),
        userInfo: mockServices.userInfo(),
      },
      issuers: readIssuers(config),
      fetch: (url, init) => fetch(url, init),
    });
    const principal = await principals.authenticate({
      rawHeaders: ['Authorization', `Bearer ${body.access_token}`],
    } as Request);
    expect(principal).toMatchObject({
      subject: 'robot',
      kind: 'service',
      platformAdmin: false,
      grants: { 'acme-corp': ['devops'] },
      scopes: ['stoa:catalog:read'],
    });
    const more = await tokenOf(client, 'stoa:admin:write');
    expect(more.body.access_token ?? '').not.toMatch(/admin/);
    expect(more.status).toBe(400);
    const gateway = await tokenOf(client, 'stoa:gateway');
    expect(gateway.status).toBe(400);
  });

  it('keeps no secret in its files, which its owner alone can read', async () => {
    const { admin } = await open();
    const { clientSecret } = await admin.createClient(robot);
    const file = directory.resolve('data/clients.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(clientSecret);
    // What is kept opens nothing.
    const [{ secret_hash: hash }] = JSON.parse(text);
    const stolen = await tokenOf({ clientId: 'robot', clientSecret: hash });
    expect(stolen.status).toBe(401);
  });

  it('lets people sign in to a program that names where they come back to', async () => {
    const { admin } = await open();
    const client = await admin.createClient({
      ...robot,
      redirectUris: ['https://app.example/callback'],
    });
    expect((await tokenOf(client)).status).toBe(400);
    const query = new URLSearchParams({
      client_id: 'robot',
      response_type: 'code',
      redirect_uri: 'https://app.example/callback',
      scope: 'openid',
      code_challenge: 'A'.repeat(43),
      code_challenge_method: 'S256',
    });
    const start = await fetch(`${platform.issuer}/auth?${query}`, {
      redirect: 'manual',
    });
    expect(start.headers.get('location')).toMatch(/\/interaction\//);
    query.set('redirect_uri', 'https://evil.example/callback');
    const evil = await fetch(`${platform.issuer}/auth?${query}`, {
      redirect: 'manual',
    });
    expect(evil.status).toBe(400);
  });
});
