// `npm run --silent token -- ACCOUNT [--resource URL] [--scope SCOPES]`: an access
// token for scripts, on the standard output and nowhere else.
import { accountsOf } from './lib/accounts.mjs';
import { readArgs } from './lib/args.mjs';
import { main, Refusal } from './lib/refusal.mjs';
import { running } from './lib/runFile.mjs';
import { accessToken } from './lib/signIn.mjs';

/** All that the account's roles allow; `--scope` narrows it. */
const DEFAULT_SCOPE = 'openid stoa:admin';

await main(async () => {
  const { dataDir, port, values, positionals } = readArgs(
    { resource: { type: 'string' }, scope: { type: 'string' } },
    { positionals: true },
  );
  const accounts = accountsOf(dataDir);
  const entry = accounts.find(a => a.account === positionals[0]);
  if (!entry) {
    throw new Refusal(
      `usage: npm run --silent token -- ACCOUNT, where ACCOUNT is one of ${accounts
        .map(a => a.account)
        .join(', ')}`,
    );
  }
  const at = port ?? running(dataDir)?.port;
  if (!at)
    throw new Refusal(`nothing runs on ${dataDir}: run "npm start" first`);
  const token = await accessToken({
    baseUrl: `http://localhost:${at}`,
    account: entry.account,
    password: entry.password,
    resource: values.resource,
    scope: values.scope ?? DEFAULT_SCOPE,
  });
  process.stdout.write(`${token}\n`);
});
