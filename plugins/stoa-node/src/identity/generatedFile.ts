import { isError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Reads a JSON file that belongs to this installation alone (0600), making it
 * at first use. Safe when several processes come first at once: the file is
 * written whole under another name and then linked, and of several links one
 * wins; the others read what the winner wrote.
 */
export async function readOrGenerate<T>(
  path: string,
  generate: () => Promise<T>,
): Promise<T> {
  const existing = await readJson<T>(path);
  if (existing !== undefined) return existing;

  const value = await generate();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(value, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
    return value;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    const winner = await readJson<T>(path);
    if (winner === undefined) throw error;
    return winner;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the file, which holds secrets.
    throw new Error(`${path} is not valid JSON`);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return isError(error) && error.code === code;
}
