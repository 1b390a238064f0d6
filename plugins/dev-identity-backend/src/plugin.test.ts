import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { DefaultPrincipalService, readIssuers } from '@stoa/plugin-stoa-node';
import type { Request } from 'express';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { readFile, stat } from 'node:fs/promises';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { Browser } from './__testUtils__/Browser';
import { CALLBACK, Flow, requestTokens } from './__testUtils__/flow';
import { freePort, Platform, startPlatform } from './__testUtils__/platform';

const directory = createMockDirectory();
const log: string[] = [];
let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform({
    port: await freePort(),
    dataDir: directory.resolve('data'),
    stoa: { devIdentity: { registrationsPerMinute: 1_000 } },
    log: line => log.push(line),
  });
});

afterAll(() => platform.stop());

async function register(metadata: object) {
  const response = await fetch(`${platform.issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  });
  return { status: response.status, body: await response.json() };
}

/** `fetch` does not let its caller choose the name a server is called by. */
function getAs(host: string, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'x-forwarded-host': host };
    get(url, { headers }, response => {
      text(response).then(resolve, reject);
    }).on('error', reject);
  });
}

describe('metadata', () => {
  it.each([
    '/api/dev-identity/.well-known/openid-configuration',
    '/api/dev-identity/.well-known/oauth-authorization-server',
    '/.well-known/openid-configuration/api/dev-identity',
    '/.well-known/oauth-authorization-server/api/dev-identity',
  ])('is served at %s, with the configured address', async path => {
    const body = await getAs('evil.example', `${platform.base}${path}`);
    expect(JSON.parse(body)).toMatchObject({
      issuer: platform.issuer,
      authorization_endpoint: `${platform.issuer}/auth`,
      token_endpoint: `${platform.issuer}/token`,
      jwks_uri: `${platform.issuer}/jwks`,
      registration_endpoint: `${platform.issuer}/reg`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
      ],
      scopes_supported: expect.arrayContaining([
        'offline_access',
        'stoa:read',
        'stoa:tools:execute',
        'stoa:security:write',
      ]),
    });
  });

  it.each([
    '/.well-known/openid-configuration/api/dev-identity/x',
    '/api/dev-identity/unknown',
  ])('answers a JSON 404 at %s', async path => {
    const response = await fetch(`${platform.base}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { code: 'stoa.not_found' },
    });
  });
});

describe('authorization code with PKCE', () => {
  it('gives tokens that the platform accepts', async () => {
    const flow = new Flow(platform, {
      scope: 'openid profile email stoa:read stoa:tools:execute',
    });
    const browser = new Browser();
    const callback = await flow.authorize(browser, 'acme-admin');
    expect(callback.origin + callback.pathname).toBe(CALLBACK);
    expect(callback.searchParams.get('state')).toBe('the-state');
    expect(callback.searchParams.get('iss')).toBe(platform.issuer);
    for (const cookie of browser.cookies()) {
      expect(cookie).toMatch(/^stoa_identity\S* \/api\/dev-identity(\/|$)/);
    }

    const code = callback.searchParams.get('code');
    const tokens = await flow.exchange(code);
    expect(tokens).toMatchObject({
      expires_in: 600,
      scope: 'stoa:read stoa:tools:execute',
    });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({
      alg: 'RS256',
      typ: 'at+jwt',
    });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: platform.issuer,
      aud: `${platform.base}/api/control-plane`,
      sub: 'acme-admin',
      client_id: 'stoa-cli',
      preferred_username: 'acme-admin',
      name: 'ACME administrator',
      email: 'admin@acme-corp.example',
      groups: ['/tenants/acme-corp/tenant-admin'],
      realm_access: { roles: [] },
    });

    const principals = new DefaultPrincipalService({
      sessions: {
        auth: mockServices.auth(),
        userInfo: mockServices.userInfo(),
      },
      issuers: readIssuers(
        new ConfigReader({ backend: { baseUrl: platform.base } }),
      ),
      fetch: (url, init) => fetch(url, init),
    });
    const present = (token: string) =>
      principals.authenticate({
        rawHeaders: ['Authorization', `Bearer ${token}`],
      } as Request);
    await expect(present(tokens.access_token)).resolves.toMatchObject({
      subject: 'acme-admin',
      grants: { 'acme-corp': ['tenant-admin'] },
      platformAdmin: false,
      scopes: expect.arrayContaining(['stoa:tools:execute']),
    });
    await expect(present(tokens.id_token!)).rejects.toMatchObject({
      code: 'stoa.unauthenticated',
    });
    expect(await flow.exchange(code)).toEqual({
      error: 'invalid_grant',
      error_description: expect.any(String),
    });
  });

  it('names the platform administrator', async () => {
    const { access_token } = await new Flow(platform).tokens(
      new Browser(),
      'platform-admin',
    );
    expect(decodeJwt(access_token)).toMatchObject({
      groups: [],
      realm_access: { roles: ['cpi-admin'] },
    });
  });

  it.each(['/mcp', '/mcp/t/acme-corp/crm', '/api/control-plane'])(
    'makes the token for the resource %s that was asked for',
    async path => {
      const resource = `${platform.base}${path}`;
      const { access_token } = await new Flow(platform, { resource }).tokens(
        new Browser(),
        'consumer',
      );
      expect(decodeJwt(access_token).aud).toBe(resource);
    },
  );

  it.each([
    'https://evil.example/mcp',
    '/mcp?x=1',
    '/mcp/../api',
    '/mcpx',
    '/api/auth',
  ])('knows no resource %s', async path => {
    const resource = path.startsWith('/') ? `${platform.base}${path}` : path;
    const { url } = await new Flow(platform, { resource }).open(new Browser());
    expect(new URL(url).searchParams.get('error')).toBe('invalid_target');
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'no PKCE',
      { code_challenge: '', code_challenge_method: '' },
      'invalid_request',
    ],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    [
      'the implicit flow',
      { response_type: 'token' },
      'unsupported_response_type',
    ],
    [
      'an ID token by redirect',
      { response_type: 'id_token', nonce: 'n' },
      'unsupported_response_type',
    ],
  ])('refuses %s', async (_name, params, error) => {
    const { url } = await new Flow(platform, params).open(new Browser());
    const answer = new URL(url.replace('#', '?'));
    expect(answer.searchParams.get('error')).toBe(error);
  });

  it.each([
    ['another address', 'https://evil.example/callback'],
    ['another path on loopback', 'http://127.0.0.1:53682/other'],
    [
      'a name that looks like loopback',
      'http://localhost.evil.example/callback',
    ],
  ])('sends nobody to %s', async (_name, redirect_uri) => {
    const { url, response } = await new Flow(platform, { redirect_uri }).open(
      new Browser(),
    );
    expect(url.startsWith(platform.issuer)).toBe(true);
    expect(response?.status).toBe(400);
    expect(await response?.text()).toContain('This sign-in cannot go on');
  });

  it.each(['password', 'client_credentials', 'implicit'])(
    'has no %s grant',
    async grant_type => {
      const answer = await requestTokens(platform, {
        grant_type,
        client_id: 'stoa-cli',
        username: 'acme-admin',
        password: await platform.password('acme-admin'),
      });
      expect(answer.error).toMatch(
        /unsupported_grant_type|unauthorized_client|invalid_request/,
      );
      expect(answer).not.toHaveProperty('access_token');
    },
  );

  it('gives nothing for a code without its verifier', async () => {
    const flow = new Flow(platform);
    const callback = await flow.authorize(new Browser(), 'consumer');
    const code = callback.searchParams.get('code');
    const answer = await flow.exchange(code, {
      code_verifier: 'a'.repeat(43),
    });
    expect(answer.error).toBe('invalid_grant');
  });

  it('of two exchanges at once serves one', async () => {
    const flow = new Flow(platform);
    const callback = await flow.authorize(new Browser(), 'consumer');
    const code = callback.searchParams.get('code');
    const answers = await Promise.all([1, 2, 3].map(() => flow.exchange(code)));
    expect(answers.filter(answer => answer.access_token)).toHaveLength(1);
  });

  it('rotates refresh tokens, and ends the sign-in when an old one comes back', async () => {
    const first = await new Flow(platform).tokens(new Browser(), 'consumer');
    const refresh = (refresh_token: string | undefined) =>
      requestTokens(platform, {
        grant_type: 'refresh_token',
        client_id: 'stoa-cli',
        refresh_token: refresh_token ?? '',
      });
    const second = await refresh(first.refresh_token);
    expect(decodeJwt(second.access_token)).toMatchObject({
      sub: 'consumer',
      scope: 'stoa:read',
    });
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await refresh(first.refresh_token)).error).toBe('invalid_grant');
    expect((await refresh(second.refresh_token)).error).toBe('invalid_grant');
  });
});

describe('pages', () => {
  const pageOf = async (headers: Record<string, string> = {}) => {
    const opened = await new Flow(platform).open(new Browser(headers));
    return { url: opened.url, response: opened.response! };
  };

  it('are plain documents that run nothing and are framed nowhere', async () => {
    const { response } = await pageOf();
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:53682; frame-ancestors 'none'; base-uri 'none'$/,
    );
    const markup = await response.text();
    expect(markup).not.toMatch(/<script|onclick|javascript:|style="/i);
    expect(markup).toMatch(/<label for="account">\s*Account\s*<\/label>/);
    expect(markup).toMatch(/<html lang="en">/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('speak French to those who prefer it', async () => {
    const { response } = await pageOf({ 'accept-language': 'fr-CA, en;q=0.8' });
    const markup = await response.text();
    expect(markup).toMatch(/<html lang="fr">/);
    expect(markup).toContain('Mot de passe');
  });

  it('say that a password is wrong, and after ten that it is enough', async () => {
    const browser = new Browser();
    const { url } = await new Flow(platform).open(browser);
    const attempt = (account: string, password: string) =>
      browser.post(`${url}/login`, { account, password });
    for (let i = 0; i < 10; i++) {
      const response = await attempt('demo-viewer', `wrong <${i}>`);
      expect(response.status).toBe(401);
      expect(await response.text()).toMatch(
        /role="alert">\s*The account or the password is not right/,
      );
    }
    const right = await platform.password('demo-viewer');
    const blocked = await attempt('demo-viewer', right);
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await attempt('<script>', 'x')).status).toBe(401);
    const other = await platform.password('demo-devops');
    expect((await attempt('demo-devops', other)).status).toBe(303);
  });

  it('count passwords that are tried at once like those tried in turn', async () => {
    const browser = new Browser();
    const { url } = await new Flow(platform).open(browser);
    const account = 'nobody';
    const responses = await Promise.all(
      Array.from({ length: 15 }, (_, i) =>
        browser.post(`${url}/login`, { account, password: `wrong ${i}` }),
      ),
    );
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter(status => status === 401)).toHaveLength(10);
    expect(statuses.filter(status => status === 429)).toHaveLength(5);
  });

  it('belong to the browser that began', async () => {
    const { url } = await new Flow(platform).open(new Browser());
    const stranger = await new Browser().post(`${url}/login`, {
      account: 'acme-admin',
      password: await platform.password('acme-admin'),
    });
    expect(stranger.status).toBe(400);
    expect(await stranger.text()).toContain('has expired');
  });

  it('lead back when the person declines', async () => {
    const browser = new Browser();
    const flow = new Flow(platform);
    const { url } = await flow.open(browser);
    const response = await browser.post(`${url}/abort`, {});
    const end = await browser.follow(response, platform.issuer);
    expect(new URL(end.url).searchParams.get('error')).toBe('access_denied');
  });

  it('ask public programs for consent each time, and let another person sign in', async () => {
    const browser = new Browser();
    const first = new Flow(platform);
    const session = await first.tokens(browser, 'acme-viewer');

    const again = await new Flow(platform).open(browser);
    expect(await again.response?.text()).toMatch(
      /Allow STOA command line to act for you\?[^]*Signed in as ACME viewer/,
    );

    const switching = new Flow(platform, { prompt: 'login consent' });
    const { access_token } = await switching.tokens(browser, 'acme-devops');
    expect(decodeJwt(access_token).sub).toBe('acme-devops');
    const old = await requestTokens(platform, {
      grant_type: 'refresh_token',
      client_id: 'stoa-cli',
      refresh_token: session.refresh_token ?? '',
    });
    expect(old.error).toBe('invalid_grant');
  });
});

describe('registration', () => {
  const loopback = { redirect_uris: ['http://localhost:1234/cb'] };

  it('makes public clients that are told apart from ours', async () => {
    const { status, body } = await register({
      ...loopback,
      client_name: 'Inspector\u202e<b>',
      grant_types: ['authorization_code', 'refresh_token'],
      jwks_uri: 'http://169.254.169.254/keys',
      logo_uri: 'https://evil.example/logo.png',
      stoa_self_registered: false,
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      client_name: 'Inspector<b>',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      stoa_self_registered: true,
    });
    for (const gone of ['client_secret', 'jwks_uri', 'logo_uri']) {
      expect(body).not.toHaveProperty(gone);
    }
    expect(body.scope.split(' ').sort()).toEqual([
      'email',
      'offline_access',
      'openid',
      'profile',
      'stoa:catalog:read',
      'stoa:observability:read',
      'stoa:read',
      'stoa:subscription:read',
      'stoa:tools:execute',
      'stoa:tools:read',
    ]);

    const browser = new Browser();
    const request = {
      client_id: body.client_id,
      redirect_uri: 'http://localhost:40000/cb',
      scope: 'stoa:tools:execute',
    };
    const flow = new Flow(platform, request);
    const login = await flow.open(browser);
    const consent = await flow.login(browser, login.url, 'consumer');
    const markup = await consent.response!.text();
    expect(markup).toContain('Inspector&lt;b&gt;');
    expect(markup).toContain('This program registered itself');
    expect(markup).toContain('execute tools');
    expect(markup).toContain('localhost:40000');
    const callback = new URL((await flow.allow(browser, consent.url)).url);
    const tokens = await flow.exchange(callback.searchParams.get('code'));
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      scope: 'stoa:tools:execute',
      client_id: body.client_id,
    });

    const greedy = new Flow(platform, { ...request, scope: 'stoa:admin' });
    const refused = await greedy.open(new Browser());
    expect(new URL(refused.url).searchParams.get('error')).toBe(
      'invalid_scope',
    );
  });

  it.each<[string, object, string]>([
    ['no redirect URI', {}, 'invalid_redirect_uri'],
    [
      'an address outside',
      { redirect_uris: ['https://evil.example/cb'] },
      'invalid_redirect_uri',
    ],
    [
      'a lookalike',
      { redirect_uris: ['http://localhost.evil.example/cb'] },
      'invalid_redirect_uri',
    ],
    [
      'user information',
      { redirect_uris: ['http://localhost@evil.example/cb'] },
      'invalid_redirect_uri',
    ],
    [
      'a name before loopback',
      { redirect_uris: ['http://a@localhost/cb'] },
      'invalid_redirect_uri',
    ],
    [
      'credentials before loopback',
      { redirect_uris: ['http://a:b@localhost/cb'] },
      'invalid_redirect_uri',
    ],
    [
      'a scheme of its own',
      { redirect_uris: ['evil://cb'] },
      'invalid_redirect_uri',
    ],
    [
      'a script',
      { redirect_uris: ['data:text/html,x'] },
      'invalid_redirect_uri',
    ],
    [
      'one bad among good',
      { redirect_uris: ['http://localhost/cb', 'https://evil.example'] },
      'invalid_redirect_uri',
    ],
    [
      'a confidential client',
      { ...loopback, token_endpoint_auth_method: 'client_secret_basic' },
      'invalid_client_metadata',
    ],
    [
      'writing',
      { ...loopback, scope: 'openid stoa:write' },
      'invalid_client_metadata',
    ],
    [
      'one scope too many',
      { ...loopback, scope: 'stoa:read stoa:catalog:write' },
      'invalid_client_metadata',
    ],
    [
      'the password grant',
      { ...loopback, grant_types: ['password'] },
      'invalid_client_metadata',
    ],
    [
      'the implicit flow',
      { ...loopback, response_types: ['token'] },
      'invalid_client_metadata',
    ],
  ])('refuses %s', async (_name, metadata, error) => {
    const { status, body } = await register(metadata);
    expect({ status, error: body.error }).toEqual({ status: 400, error });
  });
});

describe('signing out', () => {
  it('ends the session after asking', async () => {
    const browser = new Browser();
    await new Flow(platform).tokens(browser, 'consumer');
    const end = `${platform.issuer}/session/end?${new URLSearchParams({
      client_id: 'stoa-web',
      post_logout_redirect_uri: `${platform.base}/`,
    })}`;
    const page = await (await browser.get(end)).text();
    expect(page).toContain('Sign out?');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)![1];
    const left = await browser.post(`${platform.issuer}/session/end/confirm`, {
      xsrf,
      logout: 'yes',
    });
    expect(left.headers.get('location')).toBe(`${platform.base}/`);
    const { response } = await new Flow(platform).open(browser);
    expect(await response?.text()).toContain('Sign in');
  });
});

it('writes no secret to the log', async () => {
  const browser = new Browser();
  const flow = new Flow(platform);
  const callback = await flow.authorize(browser, 'acme-admin');
  const code = callback.searchParams.get('code')!;
  const tokens = await flow.exchange(code);
  await flow.exchange(code);
  const secrets = [
    code,
    tokens.access_token,
    tokens.refresh_token!,
    await platform.password('acme-admin'),
    platform.clientSecret,
  ];
  expect(log.length).toBeGreaterThan(0);
  for (const secret of secrets) {
    expect(log.filter(line => line.includes(secret))).toEqual([]);
  }
});

describe('an installation', () => {
  const own = createMockDirectory();

  it('keeps keys, sessions and clients over a restart', async () => {
    const options = { port: await freePort(), dataDir: own.resolve('data') };
    let running = await startPlatform(options);
    const browser = new Browser();
    const tokens = await new Flow(running).tokens(browser, 'consumer');
    const keysBefore = await (await fetch(`${running.issuer}/jwks`)).json();
    await running.stop();

    running = await startPlatform(options);
    try {
      const keys = await (await fetch(`${running.issuer}/jwks`)).json();
      expect(keys).toEqual(keysBefore);
      expect(JSON.stringify(keys)).not.toContain('"d"');
      const again = await new Flow(running).open(browser);
      expect(await again.response?.text()).toContain(
        'Signed in as API consumer',
      );
      const refreshed = await requestTokens(running, {
        grant_type: 'refresh_token',
        client_id: 'stoa-cli',
        refresh_token: tokens.refresh_token ?? '',
      });
      expect(decodeJwt(refreshed.access_token).sub).toBe('consumer');
    } finally {
      await running.stop();
    }
    for (const file of ['accounts.json', 'dev-identity.json']) {
      const path = own.resolve('data', file);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
    const database = await readFile(own.resolve('data', 'dev-identity.sqlite'));
    expect(database.includes(tokens.refresh_token!)).toBe(false);
  });

  it('limits how many clients an address registers', async () => {
    const running = await startPlatform({
      port: await freePort(),
      dataDir: own.resolve('limited'),
      stoa: { devIdentity: { registrationsPerMinute: 2 } },
    });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 3; i++) {
        const response = await fetch(`${running.issuer}/reg`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ redirect_uris: ['http://localhost/cb'] }),
        });
        statuses.push(response.status);
      }
      expect(statuses).toEqual([201, 201, 429]);
    } finally {
      await running.stop();
    }
  });

  it('does not start with production configuration', async () => {
    await expect(
      startPlatform({
        port: await freePort(),
        dataDir: own.resolve('production'),
        stoa: { environment: 'production' },
      }),
    ).rejects.toThrow(/does not start with stoa\.environment: production/);
    await expect(
      stat(own.resolve('production/accounts.json')),
    ).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
