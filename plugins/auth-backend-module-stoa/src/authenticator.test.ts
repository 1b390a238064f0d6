import { ConfigReader } from '@backstage/config';
import type { OAuthAuthenticatorStartInput } from '@backstage/plugin-auth-node';
import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createStoaAuthenticator } from './authenticator';

/** Serves an issuer's metadata, or fails while `up` is false. */
class MetadataServer {
  up = false;
  asked = 0;
  readonly #server: Server = createServer((_req, res) => {
    this.asked += 1;
    res.statusCode = this.up ? 200 : 503;
    res.setHeader('content-type', 'application/json');
    res.end(
      JSON.stringify(
        this.up
          ? {
              issuer: this.url,
              authorization_endpoint: `${this.url}/auth`,
              token_endpoint: `${this.url}/token`,
              jwks_uri: `${this.url}/jwks`,
              userinfo_endpoint: `${this.url}/me`,
              end_session_endpoint: `${this.url}/end`,
            }
          : {},
      ),
    );
  });

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  start = () =>
    new Promise<void>(resolve => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });

  stop = () =>
    new Promise(resolve => {
      this.#server.close(resolve);
    });
}

const issuer = new MetadataServer();

beforeAll(() => issuer.start());
afterAll(() => issuer.stop());

it('looks its issuer up at the first sign-in, again after a failure, and then no more', async () => {
  const authenticator = createStoaAuthenticator('http://localhost:7007/');
  const context = authenticator.initialize({
    callbackUrl: 'http://localhost:7007/api/auth/oidc/handler/frame',
    config: new ConfigReader({
      metadataUrl: `${issuer.url}/.well-known/openid-configuration`,
      clientId: 'stoa-web',
      clientSecret: 'hush',
      prompt: 'auto',
    }),
  });
  const start = () => {
    const req = { session: {}, method: 'GET', url: '/', query: {} };
    const input = { req, scope: 'openid', state: 'the-state' };
    return authenticator.start(
      input as unknown as OAuthAuthenticatorStartInput,
      context,
    );
  };
  expect(issuer.asked).toBe(0);

  await expect(start()).rejects.toThrow();
  issuer.up = true;
  const url = new URL((await start()).url);
  expect(url.origin).toBe(issuer.url);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: 'stoa-web',
    code_challenge_method: 'S256',
    state: 'the-state',
  });
  expect(url.searchParams.has('prompt')).toBe(false);

  await start();
  expect(issuer.asked).toBe(2);

  const { logoutUrl } = (await authenticator.logout?.(
    { req: {} } as never,
    context,
  )) as { logoutUrl: string };
  expect(Object.fromEntries(new URL(logoutUrl).searchParams)).toEqual({
    client_id: 'stoa-web',
    post_logout_redirect_uri: 'http://localhost:7007/',
  });
});
