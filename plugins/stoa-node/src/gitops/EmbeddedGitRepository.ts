import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InputError } from '@backstage/errors';
import { StoaError } from '@stoa/plugin-stoa-common';
import { assertWritable, MAX_FILE_BYTES } from './assertWritable';
import { fastImportStream } from './fastImport';
import {
  Author,
  CommitInfo,
  GitOpsRepository,
  PathChange,
  TreeEntry,
} from './GitOpsRepository';
import { records, runGit } from './git';
import { isRegular, MODE_TREE } from './objects';
import { decodePath } from './paths';
import { readSeed } from './readSeed';
import { TreeReader } from './TreeReader';

type CommitOptions = Parameters<GitOpsRepository['commit']>[0];

const COMMITTER: Author = { name: 'STOA', email: 'stoa@localhost' };
const OBJECT_ID = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
/** Milliseconds for a commit to find its turn among other processes. */
const PATIENCE = 20_000;
/** No live process holds a reference's lock this long, in milliseconds. */
const STALE_LOCK = 10_000;

/**
 * A bare Git repository on this machine's disk, worked through the plumbing of
 * the `git` command. What others push into it is data: no hook, filter, pager,
 * protocol or configuration of theirs takes part.
 */
export class EmbeddedGitRepository implements GitOpsRepository {
  readonly id = 'embedded';
  readonly #gitDir: string;
  readonly #branch: string;
  readonly #trees: TreeReader;
  #writer: Promise<unknown> = Promise.resolve();

  /** Opens the repository, creating it when the folder has none. `branch` is the one branch that counts. */
  static async open(options: {
    gitDir: string;
    branch?: string;
  }): Promise<EmbeddedGitRepository> {
    const branch = options.branch ?? 'main';
    if (
      !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(branch) ||
      /\.\.|\.lock$/.test(branch)
    ) {
      throw new InputError(`Not a usable branch name: "${branch}"`);
    }
    const gitDir = resolve(options.gitDir);
    await initialize(gitDir, branch);
    await cleanUp(gitDir);
    return new EmbeddedGitRepository(gitDir, branch);
  }

  protected constructor(gitDir: string, branch: string) {
    this.#gitDir = gitDir;
    this.#branch = branch;
    this.#trees = new TreeReader(gitDir);
  }

  head(): Promise<string | undefined> {
    return this.#trees.branch(this.#branch);
  }

  list(commit: string, prefix: string = ''): Promise<TreeEntry[]> {
    return this.#trees.files(commit, prefix.replace(/\/$/, ''));
  }

  async read(
    commit: string,
    path: string,
    options: { maxBytes?: number } = {},
  ): Promise<Buffer | undefined> {
    const node = await this.#trees.node(commit, path);
    if (!node || !isRegular(node.mode)) return undefined;
    return this.#trees.blob(node.oid, options.maxBytes ?? MAX_FILE_BYTES);
  }

  async objectId(commit: string, path: string): Promise<string | undefined> {
    const node = await this.#trees.node(commit, path);
    const ours = node && (node.mode === MODE_TREE || isRegular(node.mode));
    return ours ? node.oid : undefined;
  }

  async diff(from: string | undefined, to: string): Promise<PathChange[]> {
    if (from === undefined) {
      const files = await this.list(to);
      return files.map(({ path }) => ({ path, kind: 'added' }));
    }
    await Promise.all([from, to].map(id => this.#trees.commit(id)));
    const { stdout } = await runGit(this.#gitDir, [
      'diff-tree',
      ...['-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to],
    ]);
    const changes: PathChange[] = [];
    const fields = records(stdout);
    for (const field of fields) {
      // `:<mode> <mode> <id> <id> <status>` NUL `<path>`
      const [modeA, modeB, oidA, oidB] = field.toString('latin1', 1).split(' ');
      const path = decodePath(fields.next().value ?? Buffer.alloc(0));
      const [before, after] = await Promise.all([
        this.#isFile(modeA, oidA),
        this.#isFile(modeB, oidB),
      ]);
      if (path === undefined || (before && after && oidA === oidB)) continue;
      if (before && after) changes.push({ path, kind: 'modified' });
      else if (after) changes.push({ path, kind: 'added' });
      else if (before) changes.push({ path, kind: 'deleted' });
    }
    return changes;
  }

  async commitsBetween(
    from: string | undefined,
    to: string,
  ): Promise<CommitInfo[] | undefined> {
    await this.#trees.commit(to);
    if (from !== undefined) {
      if (!OBJECT_ID.test(from)) return undefined;
      // 0: an ancestor, 1: none, 128: the commit is gone, which is what a rewritten history does to it.
      const { code } = await runGit(
        this.#gitDir,
        ['merge-base', '--is-ancestor', from, to],
        { codes: [0, 1, 128] },
      );
      if (code !== 0) return undefined;
    }
    return this.#walk([
      ...['--first-parent', '--reverse', to],
      ...(from ? [`^${from}`] : []),
    ]);
  }

  async log(options: {
    path?: string;
    limit: number;
    from?: string;
  }): Promise<CommitInfo[]> {
    const from = options.from ?? (await this.head());
    if (from === undefined) return [];
    await this.#trees.commit(from);
    return this.#walk([
      `--max-count=${Math.max(0, Math.trunc(options.limit))}`,
      from,
      ...(options.path ? ['--', options.path] : []),
    ]);
  }

  commit(options: CommitOptions): Promise<CommitInfo> {
    const work = this.#writer.then(() => this.#commit(options));
    this.#writer = work.catch(() => {});
    return work;
  }

  /**
   * Fills an empty repository with a folder, as one commit; `undefined` when it
   * is not empty. `replacements` are applied to every file's text.
   */
  async seed(
    folder: string,
    replacements: Readonly<Record<string, string>> = {},
  ): Promise<CommitInfo | undefined> {
    if (await this.head()) return undefined;
    try {
      return await this.commit({
        changes: await readSeed(folder, replacements),
        message: 'Seed the repository',
        author: COMMITTER,
        expect: { '': null },
      });
    } catch (error) {
      // Another process came first.
      if (await this.head()) return undefined;
      throw error;
    }
  }

  /** Waits for the commit under way and ends the helper process. */
  async close(): Promise<void> {
    await this.#writer;
    await this.#trees.close();
  }

  async #commit(options: CommitOptions): Promise<CommitInfo> {
    const deadline = Date.now() + PATIENCE;
    while (Date.now() < deadline) {
      const head = await this.head();
      await this.#assertExpected(head, options.expect ?? {});
      await assertWritable(this.#trees, head, options.changes);
      const commit = await this.#write(head, options);
      if (commit) return this.#trees.commit(commit);
    }
    throw new StoaError(
      'stoa.unavailable',
      'The Git repository is busy; try again.',
    );
  }

  async #assertExpected(
    head: string | undefined,
    expect: Readonly<Record<string, string | null>>,
  ): Promise<void> {
    for (const [folder, wanted] of Object.entries(expect)) {
      const node = head ? await this.#trees.node(head, folder) : undefined;
      if ((node?.oid ?? null) !== wanted) {
        throw new StoaError(
          'stoa.precondition_failed',
          'Somebody else changed this meanwhile. Read it again and repeat your change.',
        );
      }
    }
  }

  /** Writes the commit aside, then moves the branch if it still is where it was; `undefined` when it is not. */
  async #write(
    parent: string | undefined,
    options: CommitOptions,
  ): Promise<string | undefined> {
    const ref = `refs/stoa/pending/${randomUUID()}`;
    const stream = fastImportStream({
      ...options,
      ref,
      parent,
      committer: COMMITTER,
      time: Math.floor(Date.now() / 1000),
    });
    const { stdout } = await runGit(
      this.#gitDir,
      ['fast-import', '--quiet', '--done', '--date-format=raw'],
      { input: stream },
    );
    const commit = stdout.toString('latin1').trim();
    const branch = `refs/heads/${this.#branch}`;
    const old = parent ?? '0'.repeat(commit.length);
    const moved = await runGit(this.#gitDir, ['update-ref', '--stdin', '-z'], {
      input: [
        `update ${branch}\0${commit}\0${old}\0`,
        `delete ${ref}\0${commit}\0`,
      ],
      codes: [0, 1, 128],
    });
    if (moved.code === 0) return commit;
    await runGit(this.#gitDir, ['update-ref', '-d', ref], {
      codes: [0, 1, 128],
    });
    if ((await this.head()) === parent) {
      // The branch stands still, so a lock was in the way: alive, or left by a process that was killed.
      await breakStaleLocks(this.#gitDir, branch);
      await delay(50);
    }
    return undefined;
  }

  async #isFile(mode: string, oid: string): Promise<boolean> {
    return isRegular(mode) && !(await this.#trees.isPointer(oid));
  }

  async #walk(args: readonly string[]): Promise<CommitInfo[]> {
    const { stdout } = await runGit(this.#gitDir, ['rev-list', ...args]);
    const ids = stdout.toString('latin1').split('\n').filter(Boolean);
    return Promise.all(ids.map(id => this.#trees.commit(id)));
  }
}

async function initialize(gitDir: string, branch: string): Promise<void> {
  // What exists keeps its configuration: it is the operator's.
  if (await stat(join(gitDir, 'HEAD')).catch(() => undefined)) return;
  await mkdir(gitDir, { recursive: true, mode: 0o700 });
  // `--shared` keeps every file to its owner, and refuses pushes that rewrite history.
  await runGit(gitDir, [
    'init',
    ...['--bare', '--quiet', '--template=', '--shared=0600'],
    `--initial-branch=${branch}`,
  ]);
  // For pushes from outside, which run under the repository's own configuration.
  const settings = { 'receive.fsckObjects': 'true', 'receive.autogc': 'false' };
  for (const [key, value] of Object.entries(settings)) {
    await runGit(gitDir, ['config', '--local', key, value]);
  }
}

/** Removes what a killed process left: commits that never reached the branch, reports of broken imports. */
async function cleanUp(gitDir: string): Promise<void> {
  const { stdout } = await runGit(gitDir, [
    'for-each-ref',
    '--format=delete %(refname)',
    'refs/stoa/pending/',
  ]);
  await runGit(gitDir, ['update-ref', '--stdin'], {
    input: [stdout],
    codes: [0, 1, 128],
  });
  for (const name of await readdir(gitDir)) {
    if (name.startsWith('fast_import_crash_')) await rm(join(gitDir, name));
  }
}

async function breakStaleLocks(gitDir: string, branch: string): Promise<void> {
  for (const name of [`${branch}.lock`, 'packed-refs.lock']) {
    const path = join(gitDir, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > STALE_LOCK) {
      await rm(path, { force: true });
    }
  }
}
