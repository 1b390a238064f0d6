import { GATEWAY_SCOPE, KEYS_VALIDATE_SCOPE } from '@stoa/plugin-stoa-common';

export interface ClientCredentialsOptions {
  /** The issuer's token endpoint. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the token is for (RFC 8707); issuers that do not know it ignore it. */
  readonly resource: string;
}

const TIMEOUT_MS = 5_000;
/** A token is replaced so long before its end, so that it does not end on its way. */
const EARLY_MS = 30_000;

/** A gateway's own access tokens (RFC 6749 §4.4), each asked for once and used until shortly before its end. */
export class ClientCredentials {
  readonly #options: ClientCredentialsOptions;
  #token: string | undefined;
  #endsAt = 0;
  #asking: Promise<string> | undefined;

  constructor(options: ClientCredentialsOptions) {
    this.#options = options;
  }

  /** Rejects when the issuer does not give one. */
  async token(): Promise<string> {
    if (this.#token !== undefined && Date.now() < this.#endsAt) {
      return this.#token;
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<string> {
    const { tokenUrl, clientId, clientSecret, resource } = this.#options;
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    const basic = [clientId, clientSecret].map(encodeURIComponent).join(':');
    const response = await fetch(tokenUrl, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: `${GATEWAY_SCOPE} ${KEYS_VALIDATE_SCOPE}`,
        resource,
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the issuer answered ${response.status}`);
    }
    const { access_token: token, expires_in: seconds } = await response.json();
    if (typeof token !== 'string') throw new Error('the issuer gave no token');
    this.#token = token;
    this.#endsAt = Date.now() + Number(seconds ?? 0) * 1000 - EARLY_MS;
    return token;
  }
}
