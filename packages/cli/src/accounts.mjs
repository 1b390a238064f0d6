import { join } from 'node:path';
import { readJson } from './privateFile.mjs';
import { Refusal } from './refusal.mjs';

/**
 * The accounts of the embedded issuer, passwords included. They exist once the
 * platform has started on the data directory.
 *
 * @returns {{account: string, password: string, platform_admin: boolean, grants: Record<string, string[]>}[]}
 */
export function accountsOf(dataDir) {
  const accounts = readJson(join(dataDir, 'accounts.json'));
  if (!accounts) {
    throw new Refusal(`no accounts in ${dataDir} yet: run "npm start" first`);
  }
  return accounts;
}

/** The accounts as a table for a terminal: account, password, who it is. */
export function accountTable(accounts) {
  const rows = accounts.map(a => [a.account, a.password, rolesText(a)]);
  const widths = [0, 1].map(i => Math.max(...rows.map(row => row[i].length)));
  return rows
    .map(
      row =>
        `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`,
    )
    .join('\n');
}

function rolesText({ platform_admin: platformAdmin, grants }) {
  const roles = Object.entries(grants).map(
    ([tenant, held]) => `${held.join(', ')} of ${tenant}`,
  );
  if (platformAdmin) roles.unshift('administrator of the whole platform');
  return roles.join('; ') || 'uses APIs, belongs to no tenant';
}
