import { join } from 'node:path';
import { readJson } from './privateFile.mjs';
import { Refusal } from './refusal.mjs';

/**
 * The accounts of the embedded issuer, passwords included. They exist once the
 * platform has started on the data directory.
 *
 * @returns {{account: string, password: string, name: string, email: string, roles_text: string}[]}
 */
export function accountsOf(dataDir) {
  const accounts = readJson(join(dataDir, 'accounts.json'));
  if (!accounts) {
    throw new Refusal(`no accounts in ${dataDir} yet: run "npm start" first`);
  }
  return accounts;
}

/** The accounts as a table for a terminal. */
export function accountTable(accounts) {
  const rows = accounts.map(a => [a.account, a.password, a.roles_text]);
  const widths = [0, 1].map(i => Math.max(...rows.map(row => row[i].length)));
  return rows
    .map(
      ([account, password, roles]) =>
        `  ${account.padEnd(widths[0])}  ${password.padEnd(
          widths[1],
        )}  ${roles}`,
    )
    .join('\n');
}
