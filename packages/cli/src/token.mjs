import { accountsOf } from './accounts.mjs';
import { readArgs } from './args.mjs';
import { signInAs } from './localPlatform.mjs';
import { Refusal } from './refusal.mjs';

/** `stoa token ACCOUNT`: for scripts, as an account of the platform on this machine. */
export async function token(args) {
  const { dataDir, port, values, positionals } = readArgs(
    { resource: { type: 'string' }, scope: { type: 'string' } },
    { positionals: true, args },
  );
  const [account] = positionals;
  if (!account) {
    const known = accountsOf(dataDir).map(a => a.account);
    throw new Refusal(
      `usage: npm run --silent token -- ACCOUNT, where ACCOUNT is one of ${known.join(
        ', ',
      )}`,
    );
  }
  const given = await signInAs({ dataDir, port, account, ...values });
  process.stdout.write(`${given}\n`);
  return 0;
}
