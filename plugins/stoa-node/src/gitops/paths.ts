import { StoaError } from '@stoa/plugin-stoa-common';

const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 1024;

/**
 * True for a path that means the same file on every system: relative, `/`
 * between non-empty names, no `.` or `..`, no control characters, lone
 * surrogates or backslashes, nothing that any file system takes for `.git`.
 */
export function isSafePath(path: string): boolean {
  return (
    Buffer.byteLength(path) <= MAX_PATH_BYTES &&
    path.split('/').every(isSafeName)
  );
}

function isSafeName(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    Buffer.byteLength(name) <= MAX_NAME_BYTES &&
    !/[\p{Cc}\p{Cs}\\]/u.test(name) &&
    !isGitDirectory(name)
  );
}

// HFS+ ignores format characters; NTFS ignores trailing dots and blanks, cuts at
// a colon and knows `.git` by its short name too.
function isGitDirectory(name: string): boolean {
  const seen = name
    .replace(/\p{Cf}/gu, '')
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
  return seen === '.git' || seen === 'git~1';
}

/** Throws `stoa.validation` unless the path is safe to write. */
export function assertSafePath(path: string): void {
  if (!isSafePath(path)) throw invalidPath(path, 'is not a safe relative path');
}

export function invalidPath(path: string, reason: string): StoaError {
  const message = `The path ${JSON.stringify(path.slice(0, 200))} ${reason}.`;
  return new StoaError('stoa.validation', message, {
    details: [{ field: 'path', message }],
  });
}

/** Equal for names that a file system without case, or with another Unicode form, would take for one. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The path in bytes as text; `undefined` when it is not UTF-8 or not safe, so that nobody acts on it. */
export function decodePath(bytes: Buffer): string | undefined {
  try {
    const path = new TextDecoder('utf-8', {
      fatal: true,
      ignoreBOM: true,
    }).decode(bytes);
    return isSafePath(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
