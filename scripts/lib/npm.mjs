import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tools } from './paths.mjs';
import { Refusal } from '../../packages/cli/src/refusal.mjs';
import { run, tail } from './run.mjs';

/**
 * Installs one package, without running its scripts, into
 * `.tools/<name>-<version>` and returns that folder's `node_modules`. The
 * folder appears at once or not at all, so an interrupted download is simply
 * made again. Nothing is asked of the network when it is there already.
 */
export async function fetchPackage(name, version) {
  const target = join(tools, `${name.replace(/[@/]+/g, '_')}-${version}`);
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    const { code, output } = await run('npm', [
      'install',
      '--prefix',
      draft,
      '--ignore-scripts',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `${name}@${version}`,
    ]);
    if (code !== 0) {
      rmSync(draft, { recursive: true, force: true });
      throw new Refusal(
        `npm could not fetch ${name}@${version}; is the registry reachable?\n${tail(
          output,
          5,
        )}`,
      );
    }
    publish(draft, target);
  }
  return join(target, 'node_modules');
}

/** Two processes may have fetched the same thing: the first one wins. */
function publish(draft, target) {
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}
