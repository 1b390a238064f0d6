import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { StoaError, TenantRole } from '@stoa/plugin-stoa-common';
import { DevAccount, DevAccounts } from './DevAccounts';
import { DevClients } from './DevClients';
import {
  ClientCredentialsPair,
  ClientSpec,
  IdentityAdmin,
  Person,
} from './IdentityAdmin';
import { isEmbeddedIssuerEnabled, isProduction } from './issuers';

/**
 * The people and programs of the embedded issuer: its files of accounts and clients.
 * Without that issuer it knows nobody, and changes nothing.
 */
export class EmbeddedIdentityAdmin implements IdentityAdmin {
  readonly manages: boolean;
  readonly #config: Config;
  #opened?: Promise<DevAccounts>;

  constructor(config: Config) {
    this.#config = config;
    this.manages = !isProduction(config) && isEmbeddedIssuerEnabled(config);
  }

  async listPeople(): Promise<Person[]> {
    if (!this.manages) return [];
    return (await (await this.#accounts()).list()).map(toPerson);
  }

  /** Roles lie with the accounts; a tenant has nothing of its own here. */
  async ensureTenant(_tenantId: string): Promise<void> {}

  async findPerson(
    by: { readonly subject: string } | { readonly email: string },
  ): Promise<Person | undefined> {
    const people = await this.listPeople();
    if ('subject' in by) return people.find(p => p.subject === by.subject);
    const email = by.email.toLowerCase();
    return people.find(p => p.email?.toLowerCase() === email);
  }

  async members(tenantId: string): Promise<Person[]> {
    return (await this.listPeople())
      .filter(person => Object.hasOwn(person.grants, tenantId))
      .sort((a, b) => (a.subject < b.subject ? -1 : 1));
  }

  async setRoles(
    tenantId: string,
    subject: string,
    roles: readonly TenantRole[],
  ): Promise<Person> {
    const accounts = await this.#accounts();
    return toPerson(await accounts.setRoles(tenantId, subject, roles));
  }

  async erasePerson(subject: string): Promise<void> {
    await (await this.#accounts()).remove(subject);
  }

  async createClient(spec: ClientSpec): Promise<ClientCredentialsPair> {
    return this.#clients().create(spec);
  }

  async updateClient(
    clientId: string,
    change: { readonly name: string; readonly redirectUris: readonly string[] },
  ): Promise<void> {
    const { name, redirectUris: redirect_uris } = change;
    await this.#clients().change(clientId, { name, redirect_uris });
  }

  async rotateClientSecret(clientId: string): Promise<ClientCredentialsPair> {
    return this.#clients().rotate(clientId);
  }

  async removeClient(clientId: string): Promise<void> {
    await this.#clients().remove(clientId);
  }

  #clients(): DevClients {
    this.#assertManages();
    return DevClients.fromConfig(this.#config);
  }

  async #accounts(): Promise<DevAccounts> {
    this.#assertManages();
    // A failure is not kept: the next call reads again.
    this.#opened ??= DevAccounts.fromConfig(this.#config).catch(error => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  #assertManages(): void {
    if (this.manages) return;
    throw new StoaError(
      'stoa.unavailable',
      'No identity provider that takes changes is configured. Change people and programs there.',
    );
  }
}

function toPerson(account: DevAccount): Person {
  return {
    subject: account.subject,
    name: account.name,
    email: account.email,
    platformAdmin: account.platform_admin,
    grants: account.grants,
  };
}

export const identityAdminServiceRef = createServiceRef<IdentityAdmin>({
  id: 'stoa.identity-admin',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { config: coreServices.rootConfig },
      factory: ({ config }) => new EmbeddedIdentityAdmin(config),
    }),
});
