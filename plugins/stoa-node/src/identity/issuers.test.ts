import { ConfigReader } from '@backstage/config';
import { readIssuers } from './issuers';

const read = (stoa: object) =>
  readIssuers(
    new ConfigReader({ backend: { baseUrl: 'http://localhost:7007' }, stoa }),
  );
const keycloak = { issuer: 'https://id.example', audiences: ['stoa'] };
const embedded = 'http://localhost:7007/api/dev-identity';

describe('readIssuers', () => {
  it('puts the embedded issuer first, once', () => {
    const issuers = read({
      issuers: [{ issuer: embedded, audiences: ['x'] }, keycloak],
    });
    expect(issuers.map(i => [i.issuer, i.audiences, i.home])).toEqual([
      [embedded, ['http://localhost:7007/api/control-plane'], true],
      ['https://id.example', ['stoa'], false],
    ]);
  });

  it.each([
    ['production', { environment: 'production' }],
    ['a configuration without it', { devIdentity: { enabled: false } }],
  ])('does not believe the embedded issuer in %s', (_name, stoa) => {
    expect(read({ ...stoa, issuers: [keycloak] })).toEqual([
      {
        ...keycloak,
        claims: { groups: 'groups', roles: 'realm_access.roles' },
        home: true,
        embedded: false,
      },
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['no audience', { ...keycloak, audiences: [] }, /at least one audience/],
    ['account', { ...keycloak, audiences: ['account'] }, /cannot be an aud/],
    ['one issuer twice', keycloak, /twice/],
  ])('refuses %s', (_name, entry, message) => {
    expect(() => read({ issuers: [keycloak, entry] })).toThrow(message);
  });
});
