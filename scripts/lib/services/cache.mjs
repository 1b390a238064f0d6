import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where servers for tests are kept: outside of the checkout, so that a fresh clone finds them. */
export const servicesCache =
  process.env.STOA_SERVICES_CACHE ?? join(homedir(), '.cache/stoa-services');

/**
 * The folder of something that is fetched or built once. `make` fills a draft,
 * which takes its name when it is whole: who is interrupted leaves nothing
 * behind that looks finished, and of two at once the first one wins.
 *
 * @param {string} name with its version, such as `kafka-4.4.0`
 * @param {(draft: string) => Promise<void>} make
 */
export async function cached(name, make) {
  const target = join(servicesCache, name);
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    await make(draft);
    renameSync(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}
