import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';

const IGNORED = new Set(['node_modules', 'dist', 'e2e-tests']);

/**
 * A hash over names and contents of files and folders (relative to the root);
 * what does not exist counts as absent. Tests, and what tools write, are left out.
 */
export function hashOf(paths, ...extra) {
  const hash = createHash('sha256').update(extra.join('\0'));
  for (const path of paths) addTo(hash, path);
  return hash.digest('hex');
}

function addTo(hash, path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) {
      if (!IGNORED.has(name) && !/\.test\.tsx?$/.test(name)) {
        addTo(hash, `${path}/${name}`);
      }
    }
  } else {
    hash.update(`\0${path}\0`).update(readFileSync(full));
  }
}

/** True when the stamp file holds exactly this value. */
export function isStamped(file, value) {
  return existsSync(file) && readFileSync(file, 'utf8') === value;
}

/** Remembers a value; written after the work it stands for has succeeded. */
export function stamp(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, value);
}
