import type { AuthResolverContext } from '@backstage/plugin-auth-node';
import { Issuer } from '@stoa/plugin-stoa-node';
import { UnsecuredJWT } from 'jose';
import { TokenSet } from 'openid-client';
import { createSignInResolver } from './signInResolver';

const keycloak: Issuer = {
  issuer: 'https://id.example/realms/stoa',
  audiences: ['stoa'],
  claims: { groups: 'groups', roles: 'realm_access.roles' },
  home: true,
  embedded: false,
};

async function signIn(options: {
  userinfo: Record<string, unknown> & { sub: string };
  accessToken?: Record<string, unknown>;
  issuer?: string;
}) {
  const { userinfo, accessToken, issuer = keycloak.issuer } = options;
  const issueToken = jest.fn(async () => ({ token: '' }));
  const access_token = accessToken
    ? new UnsecuredJWT(accessToken).encode()
    : 'opaque';
  await createSignInResolver([keycloak])(
    {
      profile: {},
      result: {
        fullProfile: {
          issuer,
          userinfo,
          tokenset: new TokenSet({ access_token }),
        },
        session: {
          accessToken: access_token,
          tokenType: 'bearer',
          scope: 'openid',
        },
      },
    },
    { issueToken } as unknown as AuthResolverContext,
  );
  expect(issueToken).toHaveBeenCalledTimes(1);
  const [[{ claims }]] = issueToken.mock.calls as unknown as [
    [{ claims: Record<string, unknown> }],
  ];
  return claims;
}

describe('createSignInResolver', () => {
  it('makes groups the owners, and a person the owner of themselves', async () => {
    const claims = await signIn({
      userinfo: {
        sub: '3f1c',
        name: 'Somebody',
        email: 'somebody@acme-corp.example',
        groups: ['/tenants/acme-corp/devops', '/tenants/demo/viewer'],
      },
    });
    expect(claims).toEqual({
      sub: 'user:default/3f1c',
      ent: ['user:default/3f1c', 'group:acme-corp/devops', 'group:demo/viewer'],
      name: 'Somebody',
      email: 'somebody@acme-corp.example',
    });
  });

  it('takes what userinfo lacks from the access token of the same person', async () => {
    const accessToken = { sub: '3f1c', realm_access: { roles: ['cpi-admin'] } };
    const mine = await signIn({ userinfo: { sub: '3f1c' }, accessToken });
    expect(mine.ent).toEqual(['user:default/3f1c', 'group:default/cpi-admin']);
    const other = await signIn({ userinfo: { sub: '9a' }, accessToken });
    expect(other.ent).toEqual(['user:default/9a']);
  });

  it('does not sign in by what can be changed, or twice under one name', async () => {
    const userinfo = { preferred_username: 'ada', email: 'ada@example.com' };
    const claims = await Promise.all(
      ['Ada', 'ada', 'ADA'].map(sub =>
        signIn({ userinfo: { ...userinfo, sub } }),
      ),
    );
    expect(new Set(claims.map(({ sub }) => sub)).size).toBe(3);
  });

  it('refuses an issuer that is not listed', async () => {
    await expect(
      signIn({ userinfo: { sub: 'a' }, issuer: 'https://other.example' }),
    ).rejects.toThrow(/stoa\.issuers does not list/);
  });
});
