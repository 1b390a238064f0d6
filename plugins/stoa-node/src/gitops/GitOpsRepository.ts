/** One change of a commit. `content: undefined` deletes the path: a file, or a folder with all that lies in it. */
export interface FileChange {
  readonly path: string;
  readonly content?: string | Buffer;
}

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** A commit as the history shows it; `date` is ISO 8601 UTC. */
export interface CommitInfo {
  readonly commit: string;
  readonly parents: readonly string[];
  readonly author: Author;
  readonly date: string;
  readonly message: string;
  /** Trailers of the message, such as `Correlation-Id`. Never identity. */
  readonly trailers: Readonly<Record<string, string>>;
}

export interface PathChange {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
}

/** A blob in a tree. `oid` is Git's object id: equal content, equal id. */
export interface TreeEntry {
  readonly path: string;
  readonly oid: string;
  readonly size: number;
}

/**
 * The repository that is the source of truth. Paths are relative, with `/`,
 * without `.` or `..`; only regular files exist for us (symlinks, submodules and
 * LFS pointers are reported as absent). Every method works on one branch.
 */
export interface GitOpsRepository {
  /** Stable name of the repository, the key of what has been projected from it. */
  readonly id: string;
  /** Commit id of the branch, `undefined` when it has none yet. */
  head(): Promise<string | undefined>;
  /** Every regular file under `prefix` at the commit. */
  list(commit: string, prefix?: string): Promise<TreeEntry[]>;
  /** Content of one file, `undefined` when there is none. Throws `stoa.too_large` beyond `maxBytes` (default 32 MiB). */
  read(
    commit: string,
    path: string,
    options?: { maxBytes?: number },
  ): Promise<Buffer | undefined>;
  /** Git's id of a folder or file: the ETag of what lies there. */
  objectId(commit: string, path: string): Promise<string | undefined>;
  /** Paths changed between two commits; from `undefined` everything is added. */
  diff(from: string | undefined, to: string): Promise<PathChange[]>;
  /** First-parent commits after `from` up to `to`, oldest first. `undefined` when `from` is not an ancestor of `to` (history was rewritten). */
  commitsBetween(
    from: string | undefined,
    to: string,
  ): Promise<CommitInfo[] | undefined>;
  /** Newest first; `path` limits to commits that touch it. */
  log(options: {
    path?: string;
    limit: number;
    from?: string;
  }): Promise<CommitInfo[]>;
  /**
   * Writes one commit on the branch, atomically: either all changes with the
   * expected state still true, or none.
   * `expect` maps folders and files to the object id that they must have (`null`:
   * must not exist); otherwise throws `stoa.precondition_failed`. A branch that moved
   * meanwhile is retried while the expectations hold. Throws `stoa.validation`
   * for a path that is not safe everywhere, or that is the twin of another but
   * for its case; `stoa.too_large` for a file over 32 MiB.
   */
  commit(options: {
    changes: readonly FileChange[];
    message: string;
    author: Author;
    trailers?: Readonly<Record<string, string>>;
    expect?: Readonly<Record<string, string | null>>;
  }): Promise<CommitInfo>;
}
