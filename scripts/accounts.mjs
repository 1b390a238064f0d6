// `npm run accounts`: the accounts of the embedded issuer, with their passwords.
import { accountsOf, accountTable } from './lib/accounts.mjs';
import { readArgs } from './lib/args.mjs';
import { main } from './lib/refusal.mjs';

await main(() => {
  const { dataDir } = readArgs();
  process.stdout.write(`${accountTable(accountsOf(dataDir))}\n`);
});
