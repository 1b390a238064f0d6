import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { repositoryRoot } from '../identity/dataDir';
import { ensureDataDir } from './dataDir';
import { EncryptedFileStore } from './EncryptedFileStore';
import { EnvironmentStore, MountedFilesStore } from './operatorStores';
import { SecretStore, SecretStoreKind } from './SecretStore';
import { VaultStore } from './VaultStore';

const OPENERS: Readonly<
  Record<
    SecretStoreKind,
    (root: Config, own?: Config) => SecretStore | Promise<SecretStore>
  >
> = {
  'encrypted-file': async (root, own) =>
    EncryptedFileStore.open({
      folder: join(await ensureDataDir(root), 'secrets'),
      key: own?.getOptionalString('encryptedFile.key'),
    }),
  environment: (_root, own) =>
    new EnvironmentStore({
      prefix: own?.getOptionalString('environment.prefix'),
    }),
  'mounted-files': (_root, own) =>
    new MountedFilesStore(
      resolve(repositoryRoot(), own!.getString('mountedFiles.folder')),
    ),
  vault: (_root, own) => openVault(own!.getConfig('vault')),
};

/** Opens the store that `stoa.secrets` names: encrypted files in the data directory where it says nothing. */
export async function createSecretStore(config: Config): Promise<SecretStore> {
  const own = config.getOptionalConfig('stoa.secrets');
  const kind = own?.getOptionalString('store') ?? 'encrypted-file';
  if (!Object.hasOwn(OPENERS, kind)) {
    throw new InputError(
      `stoa.secrets.store must be one of ${Object.keys(OPENERS).join(', ')}`,
    );
  }
  return OPENERS[kind as SecretStoreKind](config, own);
}

function openVault(config: Config): VaultStore {
  const token = config.getOptionalString('token');
  const file = config.getOptionalString('tokenFile');
  if ((token === undefined) === (file === undefined)) {
    throw new InputError(
      'stoa.secrets.vault needs either a token or a tokenFile',
    );
  }
  return new VaultStore({
    url: config.getString('url'),
    mount: config.getOptionalString('mount'),
    prefix: config.getOptionalString('prefix'),
    namespace: config.getOptionalString('namespace'),
    token: async () =>
      token ??
      (await readFile(resolve(repositoryRoot(), file!), 'utf8')).trim(),
  });
}

/** The installation's secret store. */
export const secretStoreServiceRef = createServiceRef<SecretStore>({
  id: 'stoa.secret-store',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { config: coreServices.rootConfig },
      factory: ({ config }) => createSecretStore(config),
    }),
});
