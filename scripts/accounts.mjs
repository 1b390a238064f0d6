// `npm run accounts`: the accounts of the embedded issuer, with their passwords.
import { accountsOf, accountTable } from '../packages/cli/src/accounts.mjs';
import { readArgs } from '../packages/cli/src/args.mjs';
import { main } from '../packages/cli/src/refusal.mjs';

await main(() => {
  const { dataDir } = readArgs();
  process.stdout.write(`${accountTable(accountsOf(dataDir))}\n`);
});
