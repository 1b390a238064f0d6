import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Account {
  readonly account: string;
  readonly password: string;
}

/** The password that the embedded issuer made for an account at its first start. */
export function passwordOf(account: string): string {
  const dataDir = process.env.STOA_DATA_DIR ?? resolve('data');
  const accounts: Account[] = JSON.parse(
    readFileSync(join(dataDir, 'accounts.json'), 'utf8'),
  );
  const found = accounts.find(entry => entry.account === account);
  if (!found) throw new Error(`no account ${account} in ${dataDir}`);
  return found.password;
}
