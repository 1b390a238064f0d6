import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { isFree } from './ports.mjs';
import { Refusal } from '../../packages/cli/src/refusal.mjs';
import { run } from './run.mjs';

const GIB = 1024 ** 3;
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** What the packages, the tools and the built web interface take on a disk. */
const SPACE_TO_INSTALL = 3 * GIB;
/** Room for an evaluation's databases, repository and logs. */
const SPACE_TO_RUN = 0.25 * GIB;

export function checkPlatform(
  platform = process.platform,
  arch = process.arch,
) {
  if (!PLATFORMS.includes(`${platform}-${arch}`)) {
    throw new Refusal(
      `${platform}-${arch} is not supported: STOA runs on Linux and macOS, x64 and arm64 (on Windows, use WSL)`,
    );
  }
}

export async function checkGit() {
  const { code } = await run('git', ['--version']).catch(() => ({ code: 1 }));
  if (code !== 0) {
    throw new Refusal('git was not found: install it and start again');
  }
}

/** Makes the data directory (for its owner only) when it is not there yet. */
export function checkDataDir(dataDir) {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Refusal(
      `the data directory ${dataDir} cannot be read and written (${error.code}); give another one with --data-dir`,
    );
  }
}

export function checkSpace(dataDir, { installed, free = freeBytes } = {}) {
  const needs = [
    ...(installed ? [] : [[root, SPACE_TO_INSTALL]]),
    [dataDir, SPACE_TO_RUN],
  ];
  for (const [path, bytes] of needs) {
    if (free(path) < bytes) {
      throw new Refusal(
        `too little disk space for ${path}: ${gib(bytes)} GiB are needed, ${gib(
          free(path),
        )} GiB are free`,
      );
    }
  }
}

export async function checkPort(port, what = 'STOA') {
  if (!(await isFree(port))) {
    throw new Refusal(
      `port ${port} (for ${what}) is in use; choose another one with --port, or stop what listens there`,
    );
  }
}

/** Fails early with the name of the first file that was left out of a checkout. */
export function checkCheckout(
  files = ['package.json', 'yarn.lock', 'app-config.yaml'],
) {
  for (const file of files) {
    try {
      accessSync(join(root, file), constants.R_OK);
    } catch {
      throw new Refusal(
        `${join(root, file)} is missing: is this a whole checkout?`,
      );
    }
  }
}

function freeBytes(path) {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function gib(bytes) {
  return (bytes / GIB).toFixed(1);
}
