import { accountsOf } from './accounts.mjs';
import { Refusal } from './refusal.mjs';
import { running } from './runFile.mjs';
import { accessToken } from './signIn.mjs';

/** All that the account's roles allow; a narrower one may be asked for. */
const DEFAULT_SCOPE = 'openid stoa:admin';

/** Address of the platform that runs on a data directory, without a slash at the end. */
export function localUrl({ dataDir, port }) {
  const at = port ?? running(dataDir)?.port;
  if (!at)
    throw new Refusal(`nothing runs on ${dataDir}: run "npm start" first`);
  return `http://localhost:${at}`;
}

/**
 * An access token for one of the embedded issuer's accounts; without `account` for
 * an administrator of the platform.
 */
export async function signInAs({ dataDir, port, account, resource, scope }) {
  const accounts = accountsOf(dataDir);
  const entry = accounts.find(a =>
    account ? a.account === account : a.platform_admin,
  );
  if (!entry) {
    throw new Refusal(
      `${account ?? 'an administrator'} is no account here; there are ${accounts
        .map(a => a.account)
        .join(', ')}`,
    );
  }
  return accessToken({
    baseUrl: localUrl({ dataDir, port }),
    account: entry.account,
    password: entry.password,
    resource,
    scope: scope ?? DEFAULT_SCOPE,
  });
}
