import { Config } from '@backstage/config';
import { notFound, StoaError, TenantRole } from '@stoa/plugin-stoa-common';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readDataDir } from './dataDir';
import { ClientCredentialsPair, ClientSpec } from './IdentityAdmin';
import { JsonFile } from './JsonFile';

/** One row of `<dataDir>/clients.json`. */
export interface DevClient {
  readonly client_id: string;
  readonly name: string;
  /** SHA-256 in hex: a secret is 256 random bits, which nobody guesses from it. */
  readonly secret_hash: string;
  readonly redirect_uris: readonly string[];
  readonly grants: Readonly<Record<string, readonly TenantRole[]>>;
  readonly scopes: readonly string[];
}

/** The programs that the platform registered with the embedded issuer. */
export class DevClients {
  readonly #file: JsonFile<readonly DevClient[]>;

  constructor(dataDir: string) {
    this.#file = new JsonFile(join(dataDir, 'clients.json'), () => []);
  }

  static fromConfig(config: Config): DevClients {
    return new DevClients(readDataDir(config));
  }

  async find(clientId: string): Promise<DevClient | undefined> {
    return (await this.#file.read()).find(c => c.client_id === clientId);
  }

  async create(spec: ClientSpec): Promise<ClientCredentialsPair> {
    const { clientId } = spec;
    const secret = generateSecret();
    await this.#file.update(clients => {
      if (clients.some(c => c.client_id === clientId)) {
        throw new StoaError('stoa.conflict', 'There is such a client already.');
      }
      const client: DevClient = {
        client_id: clientId,
        name: spec.name,
        secret_hash: hashClientSecret(secret),
        redirect_uris: spec.redirectUris,
        grants: spec.grants,
        scopes: spec.scopes,
      };
      return { value: [...clients, client], result: undefined };
    });
    return { clientId, clientSecret: secret };
  }

  /** Throws `stoa.not_found`. */
  async change(clientId: string, changes: Partial<DevClient>): Promise<void> {
    await this.#file.update(clients => {
      if (!clients.some(c => c.client_id === clientId))
        throw notFound('client');
      const value = clients.map(client =>
        client.client_id === clientId ? { ...client, ...changes } : client,
      );
      return { value, result: undefined };
    });
  }

  async rotate(clientId: string): Promise<ClientCredentialsPair> {
    const secret = generateSecret();
    await this.change(clientId, { secret_hash: hashClientSecret(secret) });
    return { clientId, clientSecret: secret };
  }

  async remove(clientId: string): Promise<void> {
    await this.#file.update(clients => ({
      value: clients.filter(c => c.client_id !== clientId),
      result: undefined,
    }));
  }
}

export function hashClientSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function generateSecret(): string {
  return randomBytes(32).toString('base64url');
}
