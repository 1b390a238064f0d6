import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { MeteringEvent } from '@stoa/plugin-stoa-node';
import { KeyFacts } from './KeyCache';

const LOOKUP_TIMEOUT_MS = 2_000;
const REPORT_TIMEOUT_MS = 10_000;

/** The control plane as a gateway sees it, called with this plugin's service token. */
export class ControlPlane {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  async feedUrl(): Promise<string> {
    return `${await this.#discovery.getBaseUrl('control-plane')}/v1/feed`;
  }

  async token(): Promise<string> {
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'control-plane',
    });
    return token;
  }

  /** What there is to know about a key, `undefined` when there is no such key. Rejects on any other answer. */
  async lookup(keyHash: string): Promise<KeyFacts | undefined> {
    const response = await this.#post(
      'lookup',
      { key_hash: keyHash },
      AbortSignal.timeout(LOOKUP_TIMEOUT_MS),
    );
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`the control plane answered ${response.status}`);
    }
    return parseFacts(await response.json());
  }

  /** Reports calls; resolves to the status, 202 when they were taken. */
  async report(
    metering: readonly MeteringEvent[],
    signal: AbortSignal,
  ): Promise<number> {
    const response = await this.#post(
      'events',
      { metering },
      AbortSignal.any([signal, AbortSignal.timeout(REPORT_TIMEOUT_MS)]),
    );
    await response.body?.cancel();
    return response.status;
  }

  async #post(
    path: 'lookup' | 'events',
    body: unknown,
    signal: AbortSignal,
  ): Promise<Response> {
    const base = await this.#discovery.getBaseUrl('control-plane');
    return fetch(`${base}/v1/gateways/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await this.token()}`,
      },
      body: JSON.stringify(body),
      redirect: 'error',
      signal,
    });
  }
}

function parseFacts(body: unknown): KeyFacts | undefined {
  const facts = Object(body) as Record<string, unknown>;
  if (facts.found === false) return undefined;
  const text = (name: string) => {
    const value = facts[name];
    if (typeof value !== 'string') throw new Error(`the answer lacks ${name}`);
    return value;
  };
  const count = (name: string) => {
    const value = facts[name];
    if (typeof value !== 'number') throw new Error(`the answer lacks ${name}`);
    return value;
  };
  const expiresAt =
    typeof facts.expires_at === 'string'
      ? Date.parse(facts.expires_at)
      : undefined;
  if (Number.isNaN(expiresAt)) throw new Error('expires_at is no time');
  return {
    status: text('status'),
    subscriptionId: text('subscription_id'),
    applicationId: text('application_id'),
    subscriberId: text('subscriber_id'),
    tenantId: text('tenant_id'),
    apiId: text('api_id'),
    perMinute: count('rate_limit'),
    burst: facts.burst === undefined ? 0 : count('burst'),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
