import { ConfigReader } from '@backstage/config';
import { Principal } from '@stoa/plugin-stoa-common';
import {
  DevAccount,
  EmbeddedIdentityAdmin,
  IdentityAdmin,
  readOrGenerate,
} from '@stoa/plugin-stoa-node';
import { join } from 'node:path';

/** The embedded issuer's files with these people, changed for the platform; `trouble` takes the place of what it does well. */
export async function openIdentityAdmin(
  dataDir: string,
  people: readonly Principal[],
  trouble: Partial<IdentityAdmin> = {},
): Promise<IdentityAdmin> {
  // Nobody signs in with a password here, so none is hashed.
  await readOrGenerate(join(dataDir, 'accounts.json'), async () =>
    people.filter(person => person.kind === 'user').map(toAccount),
  );
  const admin = new EmbeddedIdentityAdmin(
    new ConfigReader({ stoa: { dataDir } }),
  );
  return Object.assign(admin, trouble);
}

function toAccount(person: Principal): DevAccount {
  return {
    account: person.subject,
    subject: person.subject,
    password: 'unused',
    password_hash: 'unused',
    name: `The ${person.subject}`,
    email: `${person.subject}@example.com`,
    platform_admin: person.platformAdmin,
    grants: person.grants,
  };
}
