import {
  createMockDirectory,
  mockServices,
} from '@backstage/backend-test-utils';
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { FakeVault } from '../testUtils/FakeVault';
import { EncryptedFileStore } from './EncryptedFileStore';
import { EnvironmentStore, MountedFilesStore } from './operatorStores';
import { Sealer } from './Sealer';
import { generateKey } from './sealing';
import { SecretStore } from './SecretStore';
import { secretStoreContract } from './secretStoreContract';
import { createSecretStore } from './secretStoreService';

const mock = createMockDirectory();
const unavailable = (message: RegExp) => ({
  code: 'stoa.unavailable',
  message: expect.stringMatching(message),
});

beforeEach(() => mock.clear());

describe('encrypted files', () => {
  const folder = () => mock.resolve('secrets');
  const open = (key?: string) =>
    EncryptedFileStore.open({ folder: folder(), key });

  secretStoreContract(open);

  it('tells nothing to who reads the disk, and is for its owner alone', async () => {
    const store = await open();
    await store.write('awx/token', 'very-secret-value');
    await store.create('other', 'very-secret-value');
    const files = await readdir(folder());
    expect(files).toHaveLength(3);
    for (const file of files) {
      const path = join(folder(), file);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readFile(path, 'utf8')).not.toContain('very-secret');
    }
  });

  it('refuses a file that was changed, moved to another name, or sealed with another key', async () => {
    const store = await open(generateKey());
    await store.write('one', 'value of one');
    const path = (name: string) => join(folder(), `${name}.sealed.json`);
    await copyFile(path('one'), path('two'));
    await writeFile(path('three'), '{"sealed": "value of three"');
    const damaged = unavailable(/was changed, or its key is another one/);
    for (const name of ['two', 'three']) {
      await expect(store.read(name)).rejects.toMatchObject(damaged);
      await expect(store.create(name, 'x')).rejects.toThrow();
    }
    const stranger = await open(generateKey());
    await expect(stranger.read('one')).rejects.toMatchObject(damaged);
    await expect(open('short')).rejects.toThrow(/64 hexadecimal digits/);
  });
});

describe('Vault', () => {
  let vault: FakeVault;
  const config = (extra: object = {}) =>
    mockServices.rootConfig({
      data: {
        stoa: {
          secrets: {
            store: 'vault',
            vault: { url: vault.url, token: vault.token, ...extra },
          },
        },
      },
    });
  const open = () => createSecretStore(config());

  beforeEach(async () => {
    vault = await FakeVault.start();
  });
  afterEach(() => vault.stop());

  secretStoreContract(open);

  it('keeps each secret under the prefix of the installation', async () => {
    const extra = { prefix: 'teams/stoa', namespace: 'admin' };
    const store = await createSecretStore(config(extra));
    await store.write('awx/token', 'x');
    expect(vault.kept).toEqual({ 'teams/stoa/awx/token': { value: 'x' } });
    expect(vault.requests[0].namespace).toBe('admin');
  });

  it('says what is wrong, without the token and without what Vault said', async () => {
    const store = await open();
    await store.write('one', 'x');
    vault.softDelete('stoa/one');
    expect(await store.read('one')).toBeUndefined();
    await expect(store.create('one', 'y')).rejects.toMatchObject(
      unavailable(/was deleted in Vault/),
    );

    const stranger = await createSecretStore(config({ token: 'hvs.wrong' }));
    for (const call of [stranger.check(), stranger.read('one')]) {
      await expect(call).rejects.toMatchObject(
        unavailable(/^Vault refuses the token/),
      );
    }
    vault.outage = { status: 503 };
    await expect(store.check()).rejects.toMatchObject(
      unavailable(/status 503/),
    );
    // Elsewhere the token would be in other hands.
    const elsewhere = await FakeVault.start();
    vault.outage = {
      status: 307,
      headers: { location: `${elsewhere.url}/v1/secret/data/stoa/one` },
    };
    const error = await store.read('one').catch(e => e);
    expect(error).toMatchObject(unavailable(/^Vault cannot be reached/));
    expect(elsewhere.requests).toEqual([]);
    expect(`${error.message} ${error.stack}`).not.toContain(vault.token);
    await elsewhere.stop();
  });

  it('reads a token from the file that an agent renews', async () => {
    const tokenFile = mock.resolve('token');
    await writeFile(tokenFile, 'hvs.old\n');
    const store = await createSecretStore(
      config({ token: undefined, tokenFile }),
    );
    await expect(store.check()).rejects.toThrow(/refuses/);
    await writeFile(tokenFile, `${vault.token}\n`);
    await store.check();
  });
});

describe('stores that the operator fills', () => {
  const made: Record<string, () => Promise<SecretStore>> = {
    environment: async () =>
      new EnvironmentStore({
        env: { STOA_SECRET_AWX__API_TOKEN: 'given', STOA_SECRET_EMPTY: '' },
      }),
    'mounted-files': async () => {
      await mkdir(mock.resolve('mounted'), { recursive: true });
      await writeFile(mock.resolve('mounted/awx.api-token'), 'given\n');
      return new MountedFilesStore(mock.resolve('mounted'));
    },
  };

  it.each(Object.keys(made))('%s: is read, never written', async kind => {
    const store = await made[kind]();
    expect(store.kind).toBe(kind);
    await store.check();
    expect(await store.read('awx/api-token')).toBe('given');
    expect(await store.create('awx/api-token', 'made')).toBe('given');
    expect(await store.read('empty')).toBeUndefined();
    await store.remove('empty');
    const refused = unavailable(/^Only the operator can set the secret/);
    await expect(store.create('new', 'x')).rejects.toMatchObject(refused);
    await expect(store.write('new', 'x')).rejects.toMatchObject(refused);
    await expect(store.remove('awx/api-token')).rejects.toMatchObject(refused);
    await expect(store.read('../escape')).rejects.toThrow(/not a name/);
  });

  it('tells when nothing is mounted', async () => {
    await expect(
      new MountedFilesStore(mock.resolve('nowhere')).check(),
    ).rejects.toMatchObject(unavailable(/mounted secrets/));
  });
});

describe('the configuration', () => {
  const open = (secrets?: object) =>
    createSecretStore(
      mockServices.rootConfig({
        data: { stoa: { dataDir: mock.resolve('data'), secrets } },
      }),
    );

  it('names the store; without it, encrypted files in the data directory', async () => {
    const store = await open();
    expect(store.kind).toBe('encrypted-file');
    await store.write('one', 'x');
    expect((await readdir(mock.resolve('data/secrets'))).sort()).toEqual([
      'master-key.json',
      'one.sealed.json',
    ]);
    expect((await open({ store: 'environment' })).kind).toBe('environment');
    const folder = mock.resolve('mounted');
    expect(
      (await open({ store: 'mounted-files', mountedFiles: { folder } })).kind,
    ).toBe('mounted-files');
  });

  it.each([
    [{ store: 'toString' }, /must be one of encrypted-file/],
    [{ store: 'mounted-files' }, /mountedFiles/],
    [{ store: 'vault' }, /vault/],
    [{ store: 'vault', vault: { url: 'http://v' } }, /token or a tokenFile/],
  ])('does not start with %j', async (secrets, reason) => {
    await expect(open(secrets)).rejects.toThrow(reason);
  });
});

describe('what is sealed', () => {
  const env: Record<string, string> = {};
  const store = new EnvironmentStore({ env });

  beforeEach(() => {
    for (const name of Object.keys(env)) delete env[name];
    env.STOA_SECRET_SEALING_KEY = generateKey();
  });

  it('opens in its own place alone', async () => {
    const sealer = new Sealer(store);
    const sealed = await sealer.seal('value', 'webhook:1');
    expect(sealed).not.toContain('value');
    expect(await sealer.seal('value', 'webhook:1')).not.toBe(sealed);
    expect(await new Sealer(store).open(sealed, 'webhook:1')).toBe('value');
    const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    for (const [text, context] of [
      [sealed, 'webhook:2'],
      [changed, 'webhook:1'],
      ['value', 'webhook:1'],
      ['v1.00000000.AAAA', 'webhook:1'],
    ]) {
      await expect(sealer.open(text, context)).rejects.toMatchObject(
        unavailable(/^A secret cannot be read/),
      );
    }
  });

  it('opens after the key was replaced, while the old one is kept', async () => {
    const running = new Sealer(store);
    const old = await running.seal('old', 'x');
    env.STOA_SECRET_SEALING_KEY_PREVIOUS = env.STOA_SECRET_SEALING_KEY;
    env.STOA_SECRET_SEALING_KEY = generateKey();
    const restarted = new Sealer(store);
    expect(await restarted.open(old, 'x')).toBe('old');
    // A process that began before notices by itself.
    expect(await running.open(await restarted.seal('new', 'x'), 'x')).toBe(
      'new',
    );
    delete env.STOA_SECRET_SEALING_KEY_PREVIOUS;
    await expect(new Sealer(store).open(old, 'x')).rejects.toThrow(/not there/);
  });

  it('needs a key, which only a store that can be written to makes by itself', async () => {
    env.STOA_SECRET_SEALING_KEY = 'short';
    const sealer = new Sealer(store);
    await expect(sealer.seal('x', 'x')).rejects.toThrow(/64 hexadecimal/);
    delete env.STOA_SECRET_SEALING_KEY;
    await expect(sealer.seal('x', 'x')).rejects.toThrow(
      /"sealing-key": STOA_SECRET_SEALING_KEY\.$/,
    );
    // A failure is not kept.
    env.STOA_SECRET_SEALING_KEY = generateKey();
    expect(await sealer.open(await sealer.seal('x', 'y'), 'y')).toBe('x');
    const folder = mock.resolve('secrets');
    const sealers = await Promise.all(
      [1, 2, 3].map(
        async () => new Sealer(await EncryptedFileStore.open({ folder })),
      ),
    );
    const sealed = await Promise.all(sealers.map(s => s.seal('x', 'y')));
    for (const text of sealed) {
      expect(await sealers[0].open(text, 'y')).toBe('x');
    }
  });
});
