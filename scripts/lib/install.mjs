import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './node.mjs';
import { root } from './paths.mjs';
import { step } from './progress.mjs';
import { Refusal } from '../../packages/cli/src/refusal.mjs';
import { run, tail } from './run.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';
import { registryOfNpm } from './yarn.mjs';

/** Lies among what it stands for, so that it goes when `node_modules` goes. */
const STAMP = join(root, 'node_modules', '.stoa-install');

/** Everything that decides what `node_modules` holds. */
function fingerprint() {
  const manifests = ['packages', 'plugins'].flatMap(folder =>
    readdirSync(join(root, folder))
      .sort()
      .map(name => `${folder}/${name}/package.json`),
  );
  return hashOf(
    ['package.json', 'yarn.lock', '.yarnrc.yml', ...manifests],
    process.platform,
    process.arch,
  );
}

export function isInstalled() {
  return isStamped(STAMP, fingerprint());
}

/** Installs exactly what `yarn.lock` says; does nothing when that is already so. */
export async function install(node, yarn) {
  if (isInstalled()) return;
  await step(
    'Installing packages (the first time takes a minute or two)',
    async () => {
      const { code, output } = await run(
        node.path,
        [yarn.script, 'install', '--immutable'],
        { cwd: root, env: environment(node, yarn, await registryOfNpm()) },
      );
      if (code !== 0) {
        throw new Refusal(
          `the packages could not be installed:\n${tail(output)}`,
        );
      }
    },
  );
  stamp(STAMP, fingerprint());
}
