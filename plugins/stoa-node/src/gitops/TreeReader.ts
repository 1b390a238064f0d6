import { notFound, StoaError } from '@stoa/plugin-stoa-common';
import { LRUCache } from 'lru-cache';
import { CommitInfo, TreeEntry } from './GitOpsRepository';
import { records, runGit } from './git';
import { ObjectReader } from './ObjectReader';
import {
  isRegular,
  MODE_TREE,
  parseCommit,
  parseTree,
  TreeNode,
} from './objects';
import { decodePath, isSafePath } from './paths';

const MAX_COMMIT_BYTES = 64 * 1024;
const MAX_TREE_BYTES = 64 * 1024 * 1024;
/** A pointer file of Git LFS is smaller than this (LFS specification, "The Pointer"). */
const LFS_POINTER_BYTES = 1024;
const LFS_POINTER_START = 'version https://git-lfs.github.com/spec/';

/**
 * Walks commits, trees and blobs. Objects never change under their id, so trees
 * are kept in memory; reading a file costs no process.
 */
export class TreeReader {
  readonly #gitDir: string;
  readonly #objects: ObjectReader;
  readonly #trees = new LRUCache<string, Map<string, TreeNode>>({
    maxSize: 200_000,
    sizeCalculation: tree => tree.size + 1,
  });
  /** Trees under way, so that many readers of one folder ask git once. */
  readonly #arriving = new Map<string, Promise<Map<string, TreeNode>>>();
  readonly #roots = new LRUCache<string, string>({ max: 1_000 });
  readonly #pointers = new LRUCache<string, boolean>({ max: 50_000 });

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
    this.#objects = new ObjectReader(gitDir);
  }

  close(): Promise<void> {
    return this.#objects.close();
  }

  /** The commit that a branch points to. */
  async branch(name: string): Promise<string | undefined> {
    const object = await this.#objects.read(`refs/heads/${name}^{commit}`, 0);
    return object?.oid;
  }

  /** Throws `stoa.not_found` when the repository has no such commit. */
  async commit(commit: string): Promise<CommitInfo> {
    return parseCommit(commit, await this.#commitContent(commit));
  }

  /** What stands at a path, of whatever mode; the root for `''`. */
  async node(commit: string, path: string): Promise<TreeNode | undefined> {
    let node: TreeNode | undefined = {
      mode: MODE_TREE,
      oid: await this.#root(commit),
    };
    if (path === '') return node;
    if (!isSafePath(path)) return undefined;
    for (const name of path.split('/')) {
      if (node?.mode !== MODE_TREE) return undefined;
      const entries = await this.tree(node.oid);
      node = entries.get(Buffer.from(name).toString('latin1'));
    }
    return node;
  }

  /** Entries of a tree by name; names are Latin-1 strings of their bytes. */
  async tree(oid: string): Promise<ReadonlyMap<string, TreeNode>> {
    const known = this.#trees.get(oid) ?? this.#arriving.get(oid);
    if (known) return known;
    const arriving = this.#readTree(oid).finally(() =>
      this.#arriving.delete(oid),
    );
    this.#arriving.set(oid, arriving);
    return arriving;
  }

  /** Content of a blob; `undefined` for a pointer to a file that lies elsewhere (LFS). */
  async blob(oid: string, maxBytes: number): Promise<Buffer | undefined> {
    const object = await this.#objects.read(oid, maxBytes);
    if (object?.type !== 'blob') return undefined;
    if (object.truncated) throw tooLarge('file', maxBytes);
    return isPointer(object.content) ? undefined : object.content;
  }

  /** Regular files below a folder, read by one process whatever their number. */
  async files(commit: string, folder: string): Promise<TreeEntry[]> {
    const node = await this.node(commit, folder);
    if (node?.mode !== MODE_TREE) return [];
    const { stdout } = await runGit(this.#gitDir, [
      'ls-tree',
      ...['-r', '-z', '--long', '--full-tree', node.oid],
    ]);
    const entries: TreeEntry[] = [];
    for (const record of records(stdout)) {
      // `<mode> SP <type> SP <id> SP+ <size> TAB <path>`
      const tab = record.indexOf(0x09);
      const [mode, , oid, size] = record.toString('latin1', 0, tab).split(/ +/);
      const path = decodePath(record.subarray(tab + 1));
      if (path !== undefined && isRegular(mode)) {
        const full = folder ? `${folder}/${path}` : path;
        entries.push({ path: full, oid, size: Number(size) });
      }
    }
    const pointers = await Promise.all(
      entries.map(({ oid, size }) =>
        size < LFS_POINTER_BYTES ? this.isPointer(oid) : false,
      ),
    );
    return entries.filter((_, index) => !pointers[index]);
  }

  /** True when the blob is a pointer file of Git LFS. */
  async isPointer(oid: string): Promise<boolean> {
    const known = this.#pointers.get(oid);
    if (known !== undefined) return known;
    const object = await this.#objects.read(oid, LFS_POINTER_BYTES);
    const pointer =
      object !== undefined && !object.truncated && isPointer(object.content);
    this.#pointers.set(oid, pointer);
    return pointer;
  }

  async #root(commit: string): Promise<string> {
    const known = this.#roots.get(commit);
    if (known) return known;
    const content = await this.#commitContent(commit);
    // The first line of a commit is `tree <id>`.
    const root = content.toString('latin1', 5, content.indexOf('\n'));
    this.#roots.set(commit, root);
    return root;
  }

  async #readTree(oid: string): Promise<Map<string, TreeNode>> {
    const object = await this.#objects.read(oid, MAX_TREE_BYTES);
    if (object?.type !== 'tree') throw notFound('tree');
    if (object.truncated) throw tooLarge('folder', MAX_TREE_BYTES);
    const tree = parseTree(object.content, oid.length / 2);
    this.#trees.set(oid, tree);
    return tree;
  }

  async #commitContent(commit: string): Promise<Buffer> {
    const object = await this.#objects.read(commit, MAX_COMMIT_BYTES);
    if (object?.type !== 'commit') throw notFound('commit');
    return object.content;
  }
}

function isPointer(content: Buffer): boolean {
  return (
    content.length < LFS_POINTER_BYTES &&
    content.toString('latin1', 0, LFS_POINTER_START.length) ===
      LFS_POINTER_START
  );
}

function tooLarge(what: string, maxBytes: number): StoaError {
  return new StoaError(
    'stoa.too_large',
    `The ${what} is larger than ${maxBytes} bytes.`,
  );
}
