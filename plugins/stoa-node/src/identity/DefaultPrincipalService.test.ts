import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { ServiceUnavailableError } from '@backstage/errors';
import { FINE_SCOPES } from '@stoa/plugin-stoa-common';
import type { Request } from 'express';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { createHmac } from 'node:crypto';
import { subjectOf, userEntityRefOf } from './claims';
import { DefaultPrincipalService } from './DefaultPrincipalService';
import { Issuer } from './issuers';
import { TestIssuer } from '../testUtils/TestIssuer';

const AUDIENCE = 'https://stoa.example/api/control-plane';
const now = () => Math.floor(Date.now() / 1000);

const home = new TestIssuer('https://id.stoa.example/realms/stoa');
const partner = new TestIssuer('https://id.partner.example');
const issuers: Issuer[] = [
  issuerConfig(home.issuer, { home: true }),
  issuerConfig(partner.issuer, { tenants: ['acme-corp'] }),
];

function issuerConfig(issuer: string, options: Partial<Issuer>): Issuer {
  return {
    issuer,
    audiences: [AUDIENCE],
    claims: { groups: 'groups', roles: 'realm_access.roles' },
    home: false,
    embedded: false,
    ...options,
  };
}

function createService(
  overrides: Partial<
    ConstructorParameters<typeof DefaultPrincipalService>[0]
  > = {},
) {
  return new DefaultPrincipalService({
    sessions: { auth: mockServices.auth(), userInfo: mockServices.userInfo() },
    issuers,
    fetch: (url, _init) =>
      (url.startsWith(partner.issuer) ? partner : home).fetch(url),
    jwksCooldown: 0,
    ...overrides,
  });
}

function request(...headers: [string, string][]): Request {
  return { rawHeaders: headers.flat(), headers: {} } as unknown as Request;
}

const bearer = (token: string) => request(['Authorization', `Bearer ${token}`]);

beforeAll(async () => {
  await home.rotate('home-1');
  await partner.rotate('partner-1');
});

describe('access tokens of a listed issuer', () => {
  it('reads the principal', async () => {
    const token = await home.token({
      name: 'Ada',
      email: 'ada@acme-corp.example',
      client_id: 'stoa-cli',
      scope: 'openid stoa:read stoa:tools:execute',
      groups: ['/tenants/acme-corp/tenant-admin', '/tenants/demo/viewer'],
    });
    await expect(createService().authenticate(bearer(token))).resolves.toEqual({
      subject: 'ada',
      kind: 'user',
      name: 'Ada',
      email: 'ada@acme-corp.example',
      clientId: 'stoa-cli',
      platformAdmin: false,
      grants: { 'acme-corp': ['tenant-admin'], demo: ['viewer'] },
      scopes: [
        'openid',
        'stoa:catalog:read',
        'stoa:observability:read',
        'stoa:subscription:read',
        'stoa:tools:execute',
        'stoa:tools:read',
      ],
    });
  });

  it.each([
    ['Keycloak', { typ: 'Bearer' }, { typ: 'JWT' }],
    ['a full media type', {}, { typ: 'application/at+jwt' }],
    ['several audiences', { aud: ['account', AUDIENCE] }, {}],
    ['clocks that differ a little', { exp: now() - 2, nbf: now() + 3 }, {}],
  ])('accepts the form of %s', async (_name, claims, header) => {
    const token = await home.token(claims, header);
    await expect(
      createService().authenticate(bearer(token)),
    ).resolves.toMatchObject({ subject: 'ada' });
  });

  const stolenKey = generateKeyPair('RS256', { extractable: true });
  const attacks: [string, () => Promise<string> | string][] = [
    ['no signature', () => new UnsecuredJWT(goodClaims()).encode()],
    [
      'no signature, with the type of an access token',
      () =>
        `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(goodClaims())}.`,
    ],
    ['the public key as a shared secret', hs256WithPublicKey],
    ['a key of its own in the header', () => selfMadeKey('jwk')],
    ['a key address of its own in the header', () => selfMadeKey('jku')],
    ['a key of another issuer', () => partner.token({ iss: home.issuer })],
    ['an unlisted issuer', () => home.token({ iss: 'https://evil.example' })],
    [
      'an issuer with a slash more',
      () => home.token({ iss: `${home.issuer}/` }),
    ],
    ['a foreign audience', () => home.token({ aud: 'https://other.example' })],
    ['only the audience account', () => home.token({ aud: 'account' })],
    ['no audience', () => home.token({ aud: undefined })],
    ['an end in the past', () => home.token({ exp: now() - 60 })],
    ['no end', () => home.token({ exp: undefined })],
    ['an end in words', () => home.token({ exp: 'never' })],
    ['a start in the future', () => home.token({ nbf: now() + 60 })],
    ['no subject', () => home.token({ sub: undefined })],
    ['an empty subject', () => home.token({ sub: '' })],
    ['an endless subject', () => home.token({ sub: 'a'.repeat(256) })],
    ['a nonce (ID token)', () => home.token({ nonce: 'n' }, { typ: 'JWT' })],
    ['an at_hash (ID token)', () => home.token({ at_hash: 'h' })],
    ['the claim of an ID token', () => home.token({ typ: 'ID' })],
    ['the claim of a refresh token', () => home.token({ typ: 'Refresh' })],
    ['a key to be proved', () => home.token({ cnf: { jkt: 'x' } })],
    ['the type of a logout token', () => home.token({}, { typ: 'logout+jwt' })],
    ['no type', () => home.token({}, { typ: undefined })],
    ['an unknown critical header', () => criticalHeader()],
    ['changed claims', tampered],
    ['no JWT at all', () => 'opaque'],
    ['an API key', () => `stoa_sk_${'a'.repeat(32)}`],
    ['an MCP key', () => `stoa_mcp_${'A'.repeat(32)}`],
  ];

  it.each(attacks)('refuses %s, and does not say why', async (_name, forge) => {
    const refused = createService().authenticate(bearer(await forge()));
    await expect(refused).rejects.toMatchObject({
      code: 'stoa.unauthenticated',
      message: expect.stringMatching(/^This needs a valid access token\./),
      details: undefined,
    });
  });

  function goodClaims() {
    return { iss: home.issuer, aud: AUDIENCE, sub: 'ada', exp: now() + 600 };
  }
  function encode(value: object): string {
    return Buffer.from(JSON.stringify(value)).toString('base64url');
  }
  async function hs256WithPublicKey() {
    const input = `${encode({
      alg: 'HS256',
      typ: 'at+jwt',
      kid: 'home-1',
    })}.${encode(goodClaims())}`;
    const mac = createHmac('sha256', await home.publicPem()).update(input);
    return `${input}.${mac.digest('base64url')}`;
  }
  async function selfMadeKey(name: 'jwk' | 'jku') {
    const { privateKey, publicKey } = await stolenKey;
    return new SignJWT(goodClaims())
      .setProtectedHeader({
        alg: 'RS256',
        typ: 'at+jwt',
        kid: 'home-1',
        ...(name === 'jwk'
          ? { jwk: await exportJWK(publicKey) }
          : { jku: 'https://evil.example/jwks' }),
      })
      .sign(privateKey);
  }
  async function criticalHeader() {
    const [, payload, signature] = (await home.token()).split('.');
    const header = { alg: 'RS256', typ: 'at+jwt', crit: ['x'], x: 1 };
    return [encode(header), payload, signature].join('.');
  }
  async function tampered() {
    const [header, , signature] = (await home.token()).split('.');
    const payload = encode({ ...goodClaims(), sub: 'platform-admin' });
    return [header, payload, signature].join('.');
  }

  it('follows a rotation of keys, and believes no withdrawn key', async () => {
    const issuer = new TestIssuer('https://rotating.example');
    await issuer.rotate('one');
    const service = createService({
      issuers: [issuerConfig(issuer.issuer, { home: true })],
      fetch: issuer.fetch,
    });
    const before = await issuer.token();
    await service.authenticate(bearer(before));
    await issuer.rotate('two');
    const after = await issuer.token();
    await expect(service.authenticate(bearer(after))).resolves.toMatchObject({
      subject: 'ada',
    });
    const third = await issuer.token({}, { kid: 'one' });
    await expect(service.authenticate(bearer(third))).rejects.toMatchObject({
      code: 'stoa.unauthenticated',
    });
  });

  it('does not load keys again and again for made-up key ids', async () => {
    const issuer = new TestIssuer('https://flooded.example');
    await issuer.rotate('one');
    const service = createService({
      issuers: [issuerConfig(issuer.issuer, { home: true })],
      fetch: issuer.fetch,
      jwksCooldown: 60_000,
    });
    for (const kid of ['a', 'b', 'c', 'd']) {
      const token = await issuer.token({}, { kid });
      await expect(service.authenticate(bearer(token))).rejects.toMatchObject({
        code: 'stoa.unauthenticated',
      });
    }
    expect(issuer.loads).toBe(1);
  });

  it('tells a failing issuer from a bad token, and recovers', async () => {
    const issuer = new TestIssuer('https://failing.example');
    await issuer.rotate('one');
    issuer.down = true;
    const service = createService({
      issuers: [issuerConfig(issuer.issuer, { home: true })],
      fetch: issuer.fetch,
    });
    const token = await issuer.token();
    await expect(service.authenticate(bearer(token))).rejects.toMatchObject({
      code: 'stoa.unavailable',
    });
    issuer.down = false;
    await expect(service.authenticate(bearer(token))).resolves.toMatchObject({
      subject: 'ada',
    });
  });
});

describe('tokens for a resource of its own', () => {
  const MCP = 'https://stoa.example/mcp';
  const purpose = {
    audiences: [`${MCP}/t/acme-corp/crm`, MCP],
    sessions: true,
  };

  it('must be meant for it, or for what it lies below', async () => {
    const service = createService();
    for (const aud of [MCP, `${MCP}/t/acme-corp/crm`, ['other', MCP]]) {
      const token = await home.token({ aud });
      await expect(service.verify(token, purpose)).resolves.toMatchObject({
        subject: 'ada',
      });
      await expect(service.authenticate(bearer(token))).rejects.toMatchObject({
        code: 'stoa.unauthenticated',
      });
    }
    for (const aud of [
      AUDIENCE,
      `${MCP}/`,
      `${MCP}/t/acme-corp/crm2`,
      'https://stoa.example',
    ]) {
      const token = await home.token({ aud });
      await expect(service.verify(token, purpose)).rejects.toMatchObject({
        code: 'stoa.unauthenticated',
      });
    }
  });

  it('may be those of an issuer that knows no resources', async () => {
    const service = createService({
      issuers: [
        { ...issuerConfig(home.issuer, { home: true }), mcpAudiences: ['mcp'] },
      ],
    });
    const token = await home.token({ aud: 'mcp' });
    await expect(service.verify(token, purpose)).resolves.toMatchObject({
      subject: 'ada',
    });
    await expect(service.authenticate(bearer(token))).rejects.toMatchObject({
      code: 'stoa.unauthenticated',
    });
  });

  it('are sessions where that is said, and never those of plugins', async () => {
    const session = mockCredentials.user.token();
    const service = createService();
    await expect(service.verify(session, purpose)).resolves.toMatchObject({
      subject: 'mock',
    });
    for (const [token, asked, sessions] of [
      [session, { ...purpose, sessions: false }, true],
      [session, purpose, false],
      [mockCredentials.service.token(), purpose, true],
    ] as const) {
      const other = sessions ? service : createService({ sessions: undefined });
      await expect(other.verify(token, asked)).rejects.toMatchObject({
        code: 'stoa.unauthenticated',
      });
    }
  });
});

describe('grants', () => {
  const read = async (issuer: TestIssuer, claims: Record<string, unknown>) => {
    const token = await issuer.token(claims);
    const { grants, platformAdmin } = await createService().authenticate(
      bearer(token),
    );
    return { grants, platformAdmin };
  };
  const nothing = { grants: {}, platformAdmin: false };

  it.each<[string, unknown]>([
    ['no list', undefined],
    ['an object', { '/tenants/acme/viewer': true }],
    ['numbers', [1, null, ['/tenants/acme/viewer']]],
    ['no slash in front', ['tenants/acme/viewer']],
    ['another root', ['/teams/acme/viewer', '/x/tenants/acme/viewer']],
    ['a longer path', ['/tenants/acme/viewer/tenant-admin']],
    ['dots', ['/tenants/../viewer', '/tenants/acme/../viewer']],
    ['a line break', ['/tenants/acme/viewer\n', '/tenants/acme\n/viewer']],
    ['escapes', ['/tenants/acme%2Fviewer/x', '/tenants/%61cme/viewer']],
    ['an unknown role', ['/tenants/acme/owner', '/tenants/acme/cpi-admin']],
    ['other letter cases', ['/tenants/ACME/viewer', '/tenants/acme/Viewer']],
    ['reserved words', ['/tenants/default/viewer', '/tenants/kube-x/viewer']],
    ['a prototype', ['/tenants/__proto__/viewer', '/tenants//viewer']],
    ['the platform role as a group', ['/cpi-admin', '/tenants/cpi-admin']],
  ])('gives nothing for groups that are %s', async (_name, groups) => {
    await expect(read(home, { groups })).resolves.toEqual(nothing);
  });

  it('takes a tenant named like a property of every object for what it is', async () => {
    const { grants } = await read(home, {
      groups: ['/tenants/constructor/viewer'],
    });
    expect(Object.entries(grants)).toEqual([['constructor', ['viewer']]]);
  });

  it.each<[string, Record<string, unknown>, unknown]>([
    [
      'the platform role',
      { realm_access: { roles: ['cpi-admin', 'offline_access'] } },
      { grants: {}, platformAdmin: true },
    ],
    ['roles that are no object', { realm_access: ['cpi-admin'] }, nothing],
    [
      'the flat form with one tenant',
      { realm_access: { roles: ['devops'] }, tenant_id: 'demo' },
      { grants: { demo: ['devops'] }, platformAdmin: false },
    ],
    [
      'the flat form with a list of one',
      { realm_access: { roles: ['viewer'] }, tenant_id: ['demo'] },
      { grants: { demo: ['viewer'] }, platformAdmin: false },
    ],
    [
      'the flat form with two tenants',
      { realm_access: { roles: ['viewer'] }, tenant_id: ['demo', 'acme'] },
      nothing,
    ],
    [
      'the flat form beside groups',
      {
        realm_access: { roles: ['tenant-admin'] },
        tenant_id: 'demo',
        groups: ['/tenants/acme/viewer'],
      },
      { grants: { acme: ['viewer'] }, platformAdmin: false },
    ],
  ])('reads %s', async (_name, claims, expected) => {
    await expect(read(home, claims)).resolves.toEqual(expected);
  });

  it('lets a restricted issuer speak for its tenants only', async () => {
    const roles = { realm_access: { roles: ['cpi-admin', 'tenant-admin'] } };
    await expect(
      read(partner, {
        ...roles,
        groups: ['/tenants/acme-corp/viewer', '/tenants/demo/tenant-admin'],
      }),
    ).resolves.toEqual({
      grants: { 'acme-corp': ['viewer'] },
      platformAdmin: false,
    });
    await expect(
      read(partner, { ...roles, tenant_id: 'demo' }),
    ).resolves.toEqual(nothing);
  });

  it('keeps the scopes of gateways from people and from restricted issuers', async () => {
    const scope = 'stoa:gateway stoa:keys:validate stoa:tools:read';
    const program = { sub: 'sidecar', client_id: 'sidecar', scope };
    const scopesOf = async (token: string) =>
      (await createService().authenticate(bearer(token))).scopes;

    expect(await scopesOf(await home.token(program))).toEqual(scope.split(' '));
    expect(await scopesOf(await home.token({ scope }))).toEqual([
      'stoa:tools:read',
    ]);
    expect(await scopesOf(await partner.token(program))).toEqual([
      'stoa:tools:read',
    ]);
  });

  it('never takes a subject of one issuer for that of another', async () => {
    const token = await partner.token({ sub: 'ada' });
    const { subject } = await createService().authenticate(bearer(token));
    expect(subject).toMatch(/^[0-9a-f]{40}$/);

    const odd = ['Ada', 'ada/x', 'auth0|ada', 'ä', '-ada', 'a'.repeat(64)];
    const subjects = odd.map(sub => subjectOf(issuers[0], sub));
    expect(subjects.join()).toMatch(/^([0-9a-f]{40},?)+$/);
    expect(new Set([...subjects, subject, 'ada']).size).toBe(odd.length + 2);
    expect(userEntityRefOf('ada')).toBe('user:default/ada');
  });
});

describe('sessions and plugins', () => {
  it('gives a session of the web interface its groups and every scope', async () => {
    const userInfo = mockServices.userInfo.mock({
      getUserInfo: async () => ({
        userEntityRef: 'user:default/ada',
        ownershipEntityRefs: [
          'user:default/ada',
          'group:acme-corp/devops',
          'group:default/cpi-admin',
        ],
      }),
    });
    const token = mockCredentials.user.token('user:default/ada');
    await expect(
      createService({
        sessions: { auth: mockServices.auth(), userInfo },
      }).authenticate(bearer(token)),
    ).resolves.toEqual({
      subject: 'ada',
      kind: 'user',
      platformAdmin: true,
      grants: { 'acme-corp': ['devops'] },
      scopes: FINE_SCOPES,
    });
  });

  it.each([
    ['plugin:api-runtime', ['stoa:gateway', 'stoa:keys:validate']],
    ['plugin:mcp-gateway', ['stoa:gateway', 'stoa:keys:validate']],
    ['plugin:catalog', ['stoa:gateway']],
    ['plugin:scaffolder', []],
  ])('gives %s what it needs', async (subject, scopes) => {
    const token = mockCredentials.service.token({
      onBehalfOf: mockCredentials.service(subject),
      targetPluginId: 'test',
    });
    await expect(createService().authenticate(bearer(token))).resolves.toEqual({
      subject,
      kind: 'service',
      platformAdmin: false,
      grants: {},
      scopes,
    });
  });

  it.each([
    ['a static token', mockCredentials.service.token()],
    ['a guest', mockCredentials.user.token('user:development/guest')],
    ['a forged session', mockCredentials.user.invalidToken()],
    ['a forged plugin', mockCredentials.service.invalidToken()],
  ])('knows no %s', async (_name, token) => {
    await expect(
      createService().authenticate(bearer(token)),
    ).rejects.toMatchObject({ code: 'stoa.unauthenticated' });
  });

  it('tells an auth backend that fails from a bad session', async () => {
    const userInfo = mockServices.userInfo.mock({
      getUserInfo: async () => {
        throw new ServiceUnavailableError('down');
      },
    });
    await expect(
      createService({
        sessions: { auth: mockServices.auth(), userInfo },
      }).authenticate(bearer(mockCredentials.user.token())),
    ).rejects.toMatchObject({ code: 'stoa.unavailable' });
  });
});

describe('headers', () => {
  const auth = (value: string): [string, string] => ['Authorization', value];

  it.each<[string, Request, string]>([
    ['none', request(), 'unauthenticated'],
    ['an empty one', request(auth('')), 'unauthenticated'],
    ['Basic', request(auth('Basic YTpi')), 'unauthenticated'],
    ['no token', request(auth('Bearer ')), 'unauthenticated'],
    ['two words', request(auth('Bearer a b')), 'unauthenticated'],
    ['an API key alone', request(['X-API-Key', 'k']), 'unauthenticated'],
    [
      'two bearers',
      request(auth('Bearer a'), ['authorization', 'Bearer a']),
      'two_credentials',
    ],
    ['a list', request(auth('Bearer a, Bearer b')), 'two_credentials'],
    [
      'an API key beside a bearer',
      request(auth('Bearer a'), ['x-api-key', 'k']),
      'two_credentials',
    ],
    [
      'two API keys',
      request(['X-Api-Key', 'k'], ['X-API-KEY', 'k']),
      'two_credentials',
    ],
  ])('refuses %s', async (_name, incoming, code) => {
    await expect(createService().authenticate(incoming)).rejects.toMatchObject({
      code: `stoa.${code}`,
    });
  });

  it('believes a verified token again only for a moment', async () => {
    jest.useFakeTimers();
    // At zero, where the fake clock begins, the cache takes an entry for one without an age.
    jest.advanceTimersByTime(1);
    try {
      const authService = mockServices.auth.mock();
      authService.authenticate.mockResolvedValue(
        mockCredentials.service('plugin:catalog'),
      );
      authService.isPrincipal.mockImplementation(
        (credentials: { principal: unknown }, type) =>
          (credentials.principal as { type: string }).type === type,
      );
      const service = createService({
        sessions: { auth: authService, userInfo: mockServices.userInfo() },
      });
      await service.authenticate(bearer('x'));
      await service.authenticate(bearer('x'));
      expect(authService.authenticate).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(1_500);
      await service.authenticate(bearer('x'));
      expect(authService.authenticate).toHaveBeenCalledTimes(2);
    } finally {
      jest.useRealTimers();
    }
  });
});
