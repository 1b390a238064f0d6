import { createMockDirectory } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { readFile, stat } from 'node:fs/promises';
import { DevAccount, DevAccounts } from './DevAccounts';
import { EmbeddedIdentityAdmin } from './EmbeddedIdentityAdmin';

const directory = createMockDirectory();

beforeEach(() => directory.clear());

const config = (stoa: object = {}) =>
  new ConfigReader({ stoa: { dataDir: directory.resolve('data'), ...stoa } });

const file = () => directory.resolve('data/accounts.json');

describe('DevAccounts', () => {
  it('makes one account per role in each demo tenant, for its owner alone to read', async () => {
    const accounts = await (await DevAccounts.fromConfig(config())).list();
    expect(accounts.map(a => [a.account, a.platform_admin, a.grants])).toEqual([
      ['platform-admin', true, {}],
      ['acme-admin', false, { 'acme-corp': ['tenant-admin'] }],
      ['acme-devops', false, { 'acme-corp': ['devops'] }],
      ['acme-viewer', false, { 'acme-corp': ['viewer'] }],
      ['demo-admin', false, { 'demo-tenant': ['tenant-admin'] }],
      ['demo-devops', false, { 'demo-tenant': ['devops'] }],
      ['demo-viewer', false, { 'demo-tenant': ['viewer'] }],
      ['consumer', false, {}],
    ]);
    expect(new Set(accounts.map(a => a.password)).size).toBe(accounts.length);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual(accounts);
  });

  it('makes one table when several processes start at once, and keeps it', async () => {
    const tables = await Promise.all(
      Array.from({ length: 5 }, () => DevAccounts.fromConfig(config())),
    );
    const passwords = await Promise.all(
      tables.map(async t => (await t.list()).map(a => a.password).join()),
    );
    expect(new Set(passwords).size).toBe(1);
    const again = await DevAccounts.fromConfig(config());
    expect(await again.list()).toEqual(await tables[0].list());
    expect(directory.content()).toEqual({
      data: { 'accounts.json': expect.any(String) },
    });
  });

  it('makes the platform administrator alone without the demo', async () => {
    const accounts = await DevAccounts.fromConfig(
      config({ demo: { enabled: false } }),
    );
    expect((await accounts.list()).map(a => a.account)).toEqual([
      'platform-admin',
    ]);
  });

  it('checks passwords', async () => {
    const accounts = await DevAccounts.fromConfig(config());
    const { password } = (await accounts.find('consumer')) as DevAccount;
    const check = (account: string, given: string) =>
      accounts.verify(account, given);
    expect(await check('consumer', password)).toMatchObject({
      account: 'consumer',
    });
    expect(await check('consumer', `${password} `)).toBeUndefined();
    expect(await check('consumer', '')).toBeUndefined();
    expect(await check('acme-admin', password)).toBeUndefined();
    expect(await check('nobody', password)).toBeUndefined();
    expect(await check('__proto__', password)).toBeUndefined();
  });

  it('names a broken file, and quotes nothing of it', async () => {
    directory.setContent({ data: { 'accounts.json': '[{"password": "hush' } });
    await expect(DevAccounts.fromConfig(config())).rejects.toThrow(
      /accounts\.json is not valid JSON$/,
    );
  });
});

describe('EmbeddedIdentityAdmin', () => {
  it('lists people without their passwords', async () => {
    const people = await new EmbeddedIdentityAdmin(config()).listPeople();
    expect(people).toHaveLength(8);
    expect(people[1]).toEqual({
      subject: 'acme-admin',
      name: 'ACME administrator',
      email: 'admin@acme-corp.example',
      platformAdmin: false,
      grants: { 'acme-corp': ['tenant-admin'] },
    });
  });

  it.each([
    ['in production', { environment: 'production' }],
    ['without the embedded issuer', { devIdentity: { enabled: false } }],
  ])('knows nobody %s, and makes no accounts', async (_name, stoa) => {
    const admin = new EmbeddedIdentityAdmin(config(stoa));
    await expect(admin.listPeople()).resolves.toEqual([]);
    expect(directory.content()).toEqual({});
  });
});
