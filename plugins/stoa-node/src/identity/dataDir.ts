import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { resolve } from 'node:path';

/** The checkout (or image) that this package is part of. */
export function repositoryRoot(): string {
  return resolvePackagePath('@stoa/plugin-stoa-node', '..', '..');
}

/**
 * `stoa.dataDir` as an absolute path. A relative value is relative to the
 * repository, not to the working directory, so that every way of starting finds
 * the same data.
 */
export function readDataDir(config: Config): string {
  return resolve(repositoryRoot(), config.getString('stoa.dataDir'));
}
