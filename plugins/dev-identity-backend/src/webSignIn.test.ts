import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { createMockDirectory } from '@backstage/backend-test-utils';
import authPlugin from '@backstage/plugin-auth-backend';
import authModuleStoa from '@stoa/plugin-auth-backend-module-stoa';
import { StoaError } from '@stoa/plugin-stoa-common';
import { principalServiceRef } from '@stoa/plugin-stoa-node';
import { decodeJwt } from 'jose';
import { Browser } from './__testUtils__/Browser';
import { Flow } from './__testUtils__/flow';
import { freePort, Platform, startPlatform } from './__testUtils__/platform';

/** Tells who is asking, as any plugin of the platform would find it. */
const whoami = createBackendPlugin({
  pluginId: 'whoami',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        http: coreServices.httpRouter,
        principals: principalServiceRef,
      },
      async init({ auth, http, principals }) {
        http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        http.use(async (req, res) => {
          if (req.path === '/service-token') {
            const { token } = await auth.getPluginRequestToken({
              onBehalfOf: await auth.getOwnServiceCredentials(),
              targetPluginId: 'whoami',
            });
            res.json({ token });
            return;
          }
          try {
            res.json(await principals.authenticate(req));
          } catch (error) {
            res.json({ code: (error as StoaError).code });
          }
        });
      },
    });
  },
});

const directory = createMockDirectory();
const log: string[] = [];
let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform({
    port: await freePort(),
    dataDir: directory.resolve('data'),
    features: [authPlugin, authModuleStoa, whoami],
    log: line => log.push(line),
  });
});

afterAll(() => platform.stop());

async function signIn(browser: Browser, account: string) {
  const start = `${platform.base}/api/auth/oidc/start?env=development&flow=popup&origin=${platform.base}`;
  const login = await browser.follow(await browser.get(start), platform.base);
  const response = await browser.post(`${login.url}/login`, {
    account,
    password: await platform.password(account),
  });
  return browser.follow(response, platform.base);
}

async function session(browser: Browser) {
  const response = await browser.send(
    `${platform.base}/api/auth/oidc/refresh?env=development`,
    { headers: { 'x-requested-with': 'XMLHttpRequest' } },
  );
  return { status: response.status, body: await response.json() };
}

async function principalOf(token: string) {
  const response = await fetch(`${platform.base}/api/whoami`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return response.json();
}

describe('signing in to the web interface, in the process of the issuer', () => {
  it.each([
    ['acme-admin', { 'acme-corp': ['tenant-admin'] }, false],
    ['demo-devops', { 'demo-tenant': ['devops'] }, false],
    ['platform-admin', {}, true],
    ['consumer', {}, false],
  ])('makes %s who they are', async (account, grants, platformAdmin) => {
    const browser = new Browser();
    const end = await signIn(browser, account);
    // No consent: the web interface is the platform itself.
    expect(end.url).toContain('/api/auth/oidc/handler/frame?');

    const { body } = await session(browser);
    const { token, identity } = body.backstageIdentity;
    expect(identity.userEntityRef).toBe(`user:default/${account}`);
    expect(await principalOf(token)).toMatchObject({
      subject: account,
      kind: 'user',
      name: body.profile.displayName,
      email: expect.stringContaining('.example'),
      grants,
      platformAdmin,
      scopes: expect.arrayContaining(['stoa:admin:write']),
    });
  });

  it('owns the groups of the tenant, and no other', async () => {
    const browser = new Browser();
    await signIn(browser, 'acme-viewer');
    const { body } = await session(browser);
    expect(body.backstageIdentity.identity.ownershipEntityRefs).toEqual([
      'user:default/acme-viewer',
      'group:acme-corp/viewer',
    ]);
  });

  it('comes back to the web interface, and sends nobody elsewhere', async () => {
    const redirect = async (to: string) => {
      const query = new URLSearchParams({
        env: 'development',
        flow: 'redirect',
        redirectUrl: to,
      });
      const browser = new Browser();
      const started = await browser.get(
        `${platform.base}/api/auth/oidc/start?${query}`,
      );
      query.set('nonce', 'made-up');
      const state = Buffer.from(`${query}`).toString('hex');
      const ended = await browser.get(
        `${platform.base}/api/auth/oidc/handler/frame?state=${state}`,
      );
      return [started, ended].map(
        ({ status, headers }) =>
          `${status} ${headers.get('location')?.split('?')[0]}`,
      );
    };
    expect(await redirect(`${platform.base}/portal`)).toEqual([
      `302 ${platform.issuer}/auth`,
      `302 ${platform.base}/portal`,
    ]);
    for (const elsewhere of [
      'https://evil.example/',
      '//evil.example/',
      `${'javascript'}:alert(1)`,
      `blob:${platform.base}/x`,
      `${platform.base}@evil.example/`,
      `${platform.base}.evil.example/`,
    ]) {
      expect(await redirect(elsewhere)).toEqual([
        '403 undefined',
        '403 undefined',
      ]);
    }
  });

  it('uses PKCE although the client has a secret', async () => {
    const response = await new Browser().get(
      `${platform.base}/api/auth/oidc/start?env=development&origin=${platform.base}`,
    );
    const { searchParams } = new URL(response.headers.get('location')!);
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('prompt')).toBeNull();
  });

  it('signs out of the issuer too', async () => {
    const browser = new Browser();
    await signIn(browser, 'consumer');
    const response = await browser.send(
      `${platform.base}/api/auth/oidc/logout?env=development`,
      { method: 'POST', headers: { 'x-requested-with': 'XMLHttpRequest' } },
    );
    const { logoutUrl } = await response.json();
    const page = await browser.get(logoutUrl);
    expect(await page.text()).toContain('Sign out?');
    expect((await session(browser)).status).toBe(401);
  });
});

describe('credentials that a plugin is shown', () => {
  it('accepts an access token for the control plane, and none for another resource', async () => {
    const { access_token } = await new Flow(platform).tokens(
      new Browser(),
      'demo-admin',
    );
    expect(await principalOf(access_token)).toMatchObject({
      subject: 'demo-admin',
      grants: { 'demo-tenant': ['tenant-admin'] },
      clientId: 'stoa-cli',
    });
    const resource = `${platform.base}/mcp`;
    const elsewhere = await new Flow(platform, { resource }).tokens(
      new Browser(),
      'demo-admin',
    );
    expect(await principalOf(elsewhere.access_token)).toEqual({
      code: 'stoa.unauthenticated',
    });
  });

  it('knows plugins, and gives an unlisted one nothing', async () => {
    const own = await fetch(`${platform.base}/api/whoami/service-token`);
    const { token } = await own.json();
    expect(decodeJwt(token).sub).toBe('whoami');
    expect(await principalOf(token)).toEqual({
      subject: 'plugin:whoami',
      kind: 'service',
      platformAdmin: false,
      grants: {},
      scopes: [],
    });
  });
});

it('writes neither codes nor tokens to the log', async () => {
  const browser = new Browser();
  const end = await signIn(browser, 'acme-devops');
  const { body } = await session(browser);
  const code = new URL(end.url).searchParams.get('code')!;
  for (const secret of [
    code,
    body.backstageIdentity.token,
    body.providerInfo.accessToken,
    platform.clientSecret,
    await platform.password('acme-devops'),
  ]) {
    expect(log.filter(line => line.includes(secret))).toEqual([]);
  }
});
