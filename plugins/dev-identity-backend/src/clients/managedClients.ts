import {
  DevClient,
  DevClients,
  hashClientSecret,
} from '@stoa/plugin-stoa-node';
import { timingSafeEqual } from 'node:crypto';
import { Adapter, ClientMetadata } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { IDENTITY_SCOPES } from './scopes';

/** Metadata that marks a client whose `client_secret` is kept as its hash only; nobody can set it from outside. */
export const SECRET_HASHED = 'stoa_secret_hashed';

/** Finds the clients that the platform registered beside those that registered themselves. */
export function withManagedClients(
  registered: Adapter,
  managed: DevClients,
): Adapter {
  return {
    ...registered,
    async find(id) {
      const client = await managed.find(id);
      return client ? toMetadata(client) : registered.find(id);
    },
  };
}

/** Compares the hash of what was sent, where only a hash is kept. */
export function compareHashedSecrets(provider: Provider): void {
  const prototype = provider.Client.prototype as unknown as {
    compareClientSecret(actual: string): boolean | Promise<boolean>;
  };
  const compare = prototype.compareClientSecret;
  prototype.compareClientSecret = function compareClientSecret(
    this: { [SECRET_HASHED]?: boolean; clientSecret: string },
    actual: string,
  ) {
    if (!this[SECRET_HASHED]) return compare.call(this, actual);
    const expected = Buffer.from(this.clientSecret, 'hex');
    const given = Buffer.from(hashClientSecret(actual), 'hex');
    return timingSafeEqual(expected, given);
  };
}

/** With a place to come back to, people sign in to it; without, it acts for itself. */
function toMetadata(client: DevClient): ClientMetadata {
  const forPeople = client.redirect_uris.length > 0;
  return {
    client_id: client.client_id,
    client_name: client.name,
    client_secret: client.secret_hash,
    [SECRET_HASHED]: true,
    token_endpoint_auth_method: 'client_secret_basic',
    ...(forPeople
      ? {
          // Like one that registered itself: people are asked each time.
          application_type: 'native',
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          scope: [...IDENTITY_SCOPES, ...client.scopes].join(' '),
        }
      : {
          grant_types: ['client_credentials'],
          response_types: [],
          scope: client.scopes.join(' '),
        }),
    redirect_uris: [...client.redirect_uris],
  };
}
