import { Config } from '@backstage/config';
import { notFound, TENANT_ROLES, TenantRole } from '@stoa/plugin-stoa-common';
import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readDataDir, repositoryRoot } from './dataDir';
import { readOrGenerate } from './generatedFile';
import { JsonFile } from './JsonFile';

/** One row of `<dataDir>/accounts.json`, as it is on disk. */
export interface DevAccount {
  readonly account: string;
  /** The `sub` of its tokens. */
  readonly subject: string;
  /**
   * Kept readable, beside the hash, because the operator of an evaluation has to be
   * able to ask for it again (`npm run accounts`). It is generated, protects demo
   * data only, and lies in a file that its owner alone can read.
   */
  readonly password: string;
  /** `scrypt$<N>$<salt>$<hash>`, salt and hash in base64url; what sign-in checks. */
  readonly password_hash: string;
  readonly name: string;
  readonly email: string;
  readonly platform_admin: boolean;
  readonly grants: Readonly<Record<string, readonly TenantRole[]>>;
}

type AccountSeed = Pick<DevAccount, 'account' | 'name' | 'email'> &
  Partial<Pick<DevAccount, 'platform_admin' | 'grants'>>;

const SCRYPT_COST = 16_384;
/** Compared with when there is no such account; no password has it. */
const NO_PASSWORD = `scrypt$${SCRYPT_COST}$${'A'.repeat(22)}$${'A'.repeat(43)}`;
/** Easily told apart when read from a terminal: no 0/o, 1/l/i. */
const PASSWORD_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** The account table of the embedded issuer, as it is on disk at the time. */
export class DevAccounts {
  readonly #file: JsonFile<readonly DevAccount[]>;

  private constructor(path: string) {
    this.#file = new JsonFile(path, () => []);
  }

  /** Reads the table of this installation, and makes it at first start. */
  static fromConfig(config: Config): Promise<DevAccounts> {
    return DevAccounts.open({
      dataDir: readDataDir(config),
      demo: config.getOptionalBoolean('stoa.demo.enabled') ?? true,
    });
  }

  /**
   * @param options.demo - false makes only accounts with the platform role
   * @param options.seedFile - YAML list of accounts; `catalog-info/demo-accounts.yaml` by default
   */
  static async open(options: {
    dataDir: string;
    demo: boolean;
    seedFile?: string;
  }): Promise<DevAccounts> {
    const { dataDir, demo, seedFile } = options;
    const path = join(dataDir, 'accounts.json');
    await readOrGenerate<DevAccount[]>(path, async () => {
      const seeds = await readSeeds(
        seedFile ??
          join(repositoryRoot(), 'catalog-info', 'demo-accounts.yaml'),
      );
      return Promise.all(
        seeds.filter(seed => demo || seed.platform_admin).map(createAccount),
      );
    });
    return new DevAccounts(path);
  }

  async list(): Promise<readonly DevAccount[]> {
    return this.#file.read();
  }

  async find(account: string): Promise<DevAccount | undefined> {
    return (await this.list()).find(entry => entry.account === account);
  }

  /** Replaces the roles of an account in a tenant; with none it leaves it. Throws `stoa.not_found`. */
  async setRoles(
    tenantId: string,
    subject: string,
    roles: readonly TenantRole[],
  ): Promise<DevAccount> {
    return this.#file.update(accounts => {
      const before = accounts.find(entry => entry.subject === subject);
      if (!before) throw notFound('person');
      const { [tenantId]: _, ...others } = before.grants;
      const held = TENANT_ROLES.filter(role => roles.includes(role));
      const grants = held.length > 0 ? { ...others, [tenantId]: held } : others;
      const result: DevAccount = { ...before, grants };
      return {
        value: accounts.map(entry => (entry === before ? result : entry)),
        result,
      };
    });
  }

  /** Takes an account out, with all that was known of its person. */
  async remove(subject: string): Promise<void> {
    await this.#file.update(accounts => ({
      value: accounts.filter(entry => entry.subject !== subject),
      result: undefined,
    }));
  }

  /** The account, when the password is right. An unknown account takes as long as a wrong password. */
  async verify(
    account: string,
    password: string,
  ): Promise<DevAccount | undefined> {
    const entry = await this.find(account);
    const right = await checkPassword(
      password,
      entry?.password_hash ?? NO_PASSWORD,
    );
    return right ? entry : undefined;
  }
}

async function readSeeds(file: string): Promise<AccountSeed[]> {
  const seeds: unknown = parse(await readFile(file, 'utf8'));
  if (!Array.isArray(seeds) || !seeds.every(isSeed)) {
    throw new Error(
      `${file} must be a list of {account, name, email, platform_admin?, grants?} with known roles`,
    );
  }
  return seeds;
}

function isSeed(value: unknown): value is AccountSeed {
  const seed = value as AccountSeed | null;
  return (
    typeof seed?.account === 'string' &&
    typeof seed.name === 'string' &&
    typeof seed.email === 'string' &&
    Object.values(seed.grants ?? {}).every(
      roles =>
        Array.isArray(roles) &&
        roles.every(role => TENANT_ROLES.includes(role)),
    )
  );
}

async function createAccount(seed: AccountSeed): Promise<DevAccount> {
  const password = generatePassword();
  return {
    account: seed.account,
    subject: seed.account,
    password,
    password_hash: await hashPassword(password),
    name: seed.name,
    email: seed.email,
    platform_admin: seed.platform_admin ?? false,
    grants: seed.grants ?? {},
  };
}

/** 20 characters, about 99 bits, in groups of five. */
function generatePassword(): string {
  const group = () =>
    Array.from(
      { length: 5 },
      () => PASSWORD_ALPHABET[randomInt(PASSWORD_ALPHABET.length)],
    ).join('');
  return [group(), group(), group(), group()].join('-');
}

async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, SCRYPT_COST);
  const parts = [salt, hash].map(part => part.toString('base64url'));
  return ['scrypt', SCRYPT_COST, ...parts].join('$');
}

async function checkPassword(
  password: string,
  stored: string,
): Promise<boolean> {
  const [, cost, salt, hash] = stored.split('$');
  const expected = Buffer.from(hash, 'base64url');
  const actual = await derive(
    password,
    Buffer.from(salt, 'base64url'),
    Number(cost),
  );
  return timingSafeEqual(actual, expected);
}

function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password, salt, 32, { cost }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
