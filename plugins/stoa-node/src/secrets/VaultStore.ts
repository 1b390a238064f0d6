import { fetch, Response } from 'undici';
import {
  assertSecretName,
  SecretStore,
  secretsUnavailable,
} from './SecretStore';

export interface VaultStoreOptions {
  /** Such as `https://vault.example.com:8200`. */
  readonly url: string;
  /** Where the KV engine of version 2 is mounted. Default: `secret`. */
  readonly mount?: string;
  /** Folder of this installation. Default: `stoa`. */
  readonly prefix?: string;
  /** Vault Enterprise namespace. */
  readonly namespace?: string;
  /** Asked for each call: an agent beside us may renew it. */
  readonly token: () => Promise<string>;
}

const TIMEOUT_MS = 5_000;

/**
 * Keeps secrets in HashiCorp Vault, or OpenBao, under the KV engine of version 2,
 * each as the field `value` of a secret of its own.
 * @see https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */
export class VaultStore implements SecretStore {
  readonly kind = 'vault';
  readonly #options: VaultStoreOptions;
  readonly #base: string;

  constructor(options: VaultStoreOptions) {
    this.#options = options;
    this.#base = `${options.url.replace(/\/+$/, '')}/v1/`;
  }

  async check(): Promise<void> {
    await discard(await this.#call('GET', 'auth/token/lookup-self'), [200]);
  }

  async read(name: string): Promise<string | undefined> {
    const answer = await this.#call('GET', this.#path('data', name));
    if (answer.status === 404) {
      await discard(answer, [404]);
      return undefined;
    }
    if (answer.status !== 200) throw await refused(answer);
    const { data } = (await answer.json().catch(() => ({}))) as {
      data?: { data?: { value?: unknown } };
    };
    const value = data?.data?.value;
    if (typeof value !== 'string') {
      throw secretsUnavailable(
        `The secret "${name}" in Vault has no text in its field "value".`,
      );
    }
    return value;
  }

  async create(name: string, value: string): Promise<string> {
    // Check-and-set with 0: only where there is no version yet.
    const answer = await this.#call('POST', this.#path('data', name), {
      options: { cas: 0 },
      data: { value },
    });
    if (answer.status !== 400) {
      await discard(answer, [200, 204]);
      return value;
    }
    await discard(answer, [400]);
    const kept = await this.read(name);
    if (kept === undefined) {
      throw secretsUnavailable(
        `The secret "${name}" was deleted in Vault. Restore or destroy it there.`,
      );
    }
    return kept;
  }

  async write(name: string, value: string): Promise<void> {
    const body = { data: { value } };
    await discard(
      await this.#call('POST', this.#path('data', name), body),
      [200, 204],
    );
  }

  /** With all its versions. */
  async remove(name: string): Promise<void> {
    await discard(
      await this.#call('DELETE', this.#path('metadata', name)),
      [200, 204, 404],
    );
  }

  #path(kind: 'data' | 'metadata', name: string): string {
    assertSecretName(name);
    const { mount = 'secret', prefix = 'stoa' } = this.#options;
    return `${mount}/${kind}/${prefix}/${name}`;
  }

  async #call(method: string, path: string, body?: unknown): Promise<Response> {
    const { namespace, token } = this.#options;
    try {
      return await fetch(this.#base + path, {
        method,
        headers: {
          'X-Vault-Token': await token(),
          'X-Vault-Request': 'true',
          ...(namespace && { 'X-Vault-Namespace': namespace }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // The token is for this address alone.
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw secretsUnavailable('Vault cannot be reached.', error);
    }
  }
}

/** Lets the connection go; throws for any other status than these. */
async function discard(
  answer: Response,
  expected: readonly number[],
): Promise<void> {
  if (!expected.includes(answer.status)) throw await refused(answer);
  await answer.body?.cancel();
}

async function refused(answer: Response) {
  await answer.body?.cancel();
  return secretsUnavailable(
    answer.status === 403
      ? 'Vault refuses the token of this installation.'
      : `Vault answers with status ${answer.status}.`,
  );
}
