import { StoaError } from '@stoa/plugin-stoa-common';
import { FileChange } from './GitOpsRepository';
import { MODE_TREE } from './objects';
import { assertSafePath, foldName, invalidPath } from './paths';
import { TreeReader } from './TreeReader';

/** Largest file that a commit may write, and that `read` gives by default. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

/**
 * Throws unless the changes may be written on top of a commit: safe paths, each
 * once, no larger than 32 MiB (`stoa.too_large`), no file where a folder is and
 * the other way round, and no two names in a folder that differ only in case or
 * Unicode form (`stoa.validation`).
 */
export async function assertWritable(
  trees: TreeReader,
  head: string | undefined,
  changes: readonly FileChange[],
): Promise<void> {
  const deleted = new Set<string>();
  const written = new Set<string>();
  for (const { path, content } of changes) {
    assertSafePath(path);
    if (deleted.has(path) || written.has(path)) {
      throw invalidPath(path, 'is changed twice in one commit');
    }
    (content === undefined ? deleted : written).add(path);
    if (content !== undefined && Buffer.byteLength(content) > MAX_FILE_BYTES) {
      throw new StoaError(
        'stoa.too_large',
        `The file is larger than ${MAX_FILE_BYTES} bytes.`,
      );
    }
  }

  const isDeleted = (path: string) => {
    const names = path.split('/');
    return names.some((_, end) =>
      deleted.has(names.slice(0, end + 1).join('/')),
    );
  };

  /** Names of a folder after the commit, by their folded form. */
  const folders = new Map<string, Map<string, string>>();
  const namesOf = async (folder: string) => {
    let names = folders.get(folder);
    if (!names) {
      names = new Map();
      for (const name of await present(trees, head, folder)) {
        const path = folder ? `${folder}/${name}` : name;
        if (!isDeleted(path)) names.set(foldName(name), name);
      }
      folders.set(folder, names);
    }
    return names;
  };

  for (const path of written) {
    const names = path.split('/');
    for (let depth = 0; depth < names.length; depth++) {
      const folder = names.slice(0, depth).join('/');
      const here = names.slice(0, depth + 1).join('/');
      const siblings = await namesOf(folder);
      const twin = siblings.get(foldName(names[depth]));
      if (twin !== undefined && twin !== names[depth]) {
        throw invalidPath(path, `differs from "${twin}" only in its case`);
      }
      siblings.set(foldName(names[depth]), names[depth]);

      const isFile = here === path;
      if (!isFile && written.has(here)) {
        throw invalidPath(path, 'lies below a file');
      }
      const node =
        head && !isDeleted(here) ? await trees.node(head, here) : undefined;
      if (node && (node.mode === MODE_TREE) === isFile) {
        throw invalidPath(path, isFile ? 'is a folder' : 'lies below a file');
      }
    }
  }
}

async function present(
  trees: TreeReader,
  head: string | undefined,
  folder: string,
): Promise<string[]> {
  const node = head ? await trees.node(head, folder) : undefined;
  if (node?.mode !== MODE_TREE) return [];
  const tree = await trees.tree(node.oid);
  return [...tree.keys()].map(name => Buffer.from(name, 'latin1').toString());
}
