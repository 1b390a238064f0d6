import { createHash, randomBytes } from 'node:crypto';
import { Browser } from './Browser';
import { Platform } from './platform';

export const CALLBACK = 'http://127.0.0.1:53682/callback';

export interface Tokens {
  readonly access_token: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  readonly scope: string;
  readonly expires_in: number;
  readonly error?: string;
}

/** For tests: one authorization request of a public client, with what belongs to it. */
export class Flow {
  readonly #platform: Platform;
  readonly #verifier = randomBytes(32).toString('base64url');
  readonly #params: Record<string, string>;

  constructor(platform: Platform, params: Record<string, string> = {}) {
    this.#platform = platform;
    this.#params = {
      client_id: 'stoa-cli',
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'openid stoa:read',
      state: 'the-state',
      code_challenge: createHash('sha256')
        .update(this.#verifier)
        .digest('base64url'),
      code_challenge_method: 'S256',
      ...params,
    };
  }

  get url(): string {
    const query = Object.entries(this.#params).filter(([, value]) => value);
    return `${this.#platform.issuer}/auth?${new URLSearchParams(query)}`;
  }

  /** Opens the request in the browser: the page it ends at, or the address outside of the issuer. */
  async open(browser: Browser) {
    return browser.follow(await browser.get(this.url), this.#platform.issuer);
  }

  async login(browser: Browser, page: string, account: string) {
    const response = await browser.post(`${page}/login`, {
      account,
      password: await this.#platform.password(account),
    });
    return browser.follow(response, this.#platform.issuer);
  }

  async allow(browser: Browser, page: string) {
    const response = await browser.post(`${page}/consent`, {});
    return browser.follow(response, this.#platform.issuer);
  }

  /** The whole way, from a browser that knows nobody to the redirect with a code. */
  async authorize(browser: Browser, account: string): Promise<URL> {
    const login = await this.open(browser);
    const consent = await this.login(browser, login.url, account);
    return new URL((await this.allow(browser, consent.url)).url);
  }

  exchange(code: string | null, params: Record<string, string> = {}) {
    return requestTokens(this.#platform, {
      grant_type: 'authorization_code',
      client_id: this.#params.client_id,
      redirect_uri: this.#params.redirect_uri,
      code_verifier: this.#verifier,
      code: code ?? '',
      ...params,
    });
  }

  async tokens(browser: Browser, account: string): Promise<Tokens> {
    const callback = await this.authorize(browser, account);
    return this.exchange(callback.searchParams.get('code'));
  }
}

export async function requestTokens(
  platform: Platform,
  params: Record<string, string>,
): Promise<Tokens> {
  const response = await fetch(`${platform.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams(params),
  });
  return response.json();
}
