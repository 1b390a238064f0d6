import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readJson, writePrivate } from '../../packages/cli/src/privateFile.mjs';

/** Secrets of an installation by name; each has 256 bits. */
const NAMES = ['sessionSecret', 'webClientSecret', 'gatewayClientSecret'];

/**
 * The installation's own secrets: made at first start, kept in
 * `<data>/secrets.json` (0600), completed when a later version needs more.
 */
export function secretsOf(dataDir) {
  const file = join(dataDir, 'secrets.json');
  const known = readJson(file) ?? {};
  const missing = NAMES.filter(name => !known[name]);
  if (missing.length === 0) return known;
  const secrets = { ...known };
  for (const name of missing) {
    secrets[name] = randomBytes(32).toString('base64');
  }
  writePrivate(file, `${JSON.stringify(secrets, undefined, 2)}\n`);
  return secrets;
}
