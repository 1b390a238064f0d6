import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileChange } from './GitOpsRepository';

/** Reads the regular files of a folder, replacing each key of `replacements` by its value, all at once. */
export async function readSeed(
  folder: string,
  replacements: Readonly<Record<string, string>>,
): Promise<FileChange[]> {
  const replace = replacer(replacements);
  const changes: FileChange[] = [];
  const walk = async (below: string) => {
    const entries = await readdir(join(folder, below), { withFileTypes: true });
    for (const entry of entries) {
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) {
        const text = await readFile(join(folder, path), 'utf8');
        changes.push({ path, content: replace(text) });
      }
    }
  };
  await walk('');
  return changes;
}

// One pass over the text: a value that looks like another key stays as it is.
function replacer(replacements: Readonly<Record<string, string>>) {
  const keys = Object.keys(replacements);
  if (keys.length === 0) return (text: string) => text;
  const pattern = new RegExp(
    keys.map(key => key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
    'g',
  );
  return (text: string) => text.replace(pattern, key => replacements[key]);
}
