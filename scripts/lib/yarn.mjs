import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchPackage } from './npm.mjs';
import { root } from './paths.mjs';
import { run } from './run.mjs';

/** Yarn in the version that `packageManager` names. */
export async function chooseYarn() {
  const { packageManager } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const version = packageManager.split('@')[1];
  const modules = await fetchPackage('@yarnpkg/cli-dist', version);
  return {
    version,
    bin: join(modules, '.bin'),
    script: join(modules, '@yarnpkg', 'cli-dist', 'bin', 'yarn.js'),
  };
}

/** Yarn has a registry setting of its own; a machine set up for npm means that one. */
export async function registryOfNpm() {
  if (process.env.YARN_NPM_REGISTRY_SERVER) return {};
  const { code, output } = await run('npm', [
    'config',
    'get',
    'registry',
    '--loglevel=error',
  ]);
  const url = output.trim().split('\n').pop();
  return code === 0 && /^https?:/.test(url)
    ? { YARN_NPM_REGISTRY_SERVER: url.replace(/\/$/, '') }
    : {};
}
