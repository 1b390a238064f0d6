import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { DevAccounts } from './DevAccounts';
import { IdentityAdmin, Person } from './IdentityAdmin';
import { isEmbeddedIssuerEnabled, isProduction } from './issuers';

/** Knows the people of the embedded issuer: its account table. Without that issuer it knows nobody. */
export class EmbeddedIdentityAdmin implements IdentityAdmin {
  readonly #config: Config;
  #accounts?: Promise<DevAccounts>;

  constructor(config: Config) {
    this.#config = config;
  }

  async listPeople(): Promise<Person[]> {
    if (isProduction(this.#config) || !isEmbeddedIssuerEnabled(this.#config)) {
      return [];
    }
    // A failure is not kept: the next call reads again.
    this.#accounts ??= DevAccounts.fromConfig(this.#config).catch(error => {
      this.#accounts = undefined;
      throw error;
    });
    return (await this.#accounts).list().map(account => ({
      subject: account.subject,
      name: account.name,
      email: account.email,
      platformAdmin: account.platform_admin,
      grants: account.grants,
    }));
  }
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
