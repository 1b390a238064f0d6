import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Config } from '@backstage/config';
import { readDataDir } from '../identity/dataDir';

/**
 * The data directory of the installation (`stoa.dataDir`), created when absent
 * and closed to everybody but its owner (0700). Throws when it cannot be closed:
 * what lies in it are keys, accounts and the Git repository.
 */
export async function ensureDataDir(config: Config): Promise<string> {
  const folder = readDataDir(config);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Bits of POSIX; Windows reports made-up ones and keeps access lists instead.
  if (process.platform !== 'win32') {
    const { mode } = await stat(folder);
    if (mode & 0o077) await chmod(folder, 0o700);
  }
  return folder;
}

/**
 * Writes a file that only its owner may read (0600). Whole or not at all: the
 * content goes to a neighbour that is synced and then renamed, so a crash leaves
 * the old file or the new one.
 */
export async function writePrivateFile(
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
