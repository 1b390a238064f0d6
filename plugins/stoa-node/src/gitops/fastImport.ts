import { Author, FileChange } from './GitOpsRepository';
import { oneLine, withTrailers } from './objects';

export interface NewCommit {
  /** A reference of this commit's own; the branch is moved to it afterwards. */
  readonly ref: string;
  readonly parent: string | undefined;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly author: Author;
  readonly committer: Author;
  /** Seconds since the epoch. */
  readonly time: number;
}

/**
 * One commit in the language of `git fast-import --done`: without the last line
 * nothing counts, so a writer that dies in the middle leaves no commit. The
 * process prints the commit's id.
 */
export function* fastImportStream(
  commit: NewCommit,
): Generator<string | Buffer> {
  yield `commit ${commit.ref}\nmark :1\n`;
  yield `author ${person(commit.author)} ${commit.time} +0000\n`;
  yield `committer ${person(commit.committer)} ${commit.time} +0000\n`;
  yield* data(withTrailers(commit.message, commit.trailers));
  if (commit.parent) yield `from ${commit.parent}\n`;
  for (const { path, content } of commit.changes) {
    if (content === undefined) yield `D ${quoted(path)}\n`;
  }
  for (const { path, content } of commit.changes) {
    if (content !== undefined) {
      yield `M 100644 inline ${quoted(path)}\n`;
      yield* data(content);
    }
  }
  yield '\nget-mark :1\ndone\n';
}

function* data(content: string | Buffer): Generator<string | Buffer> {
  yield `data ${Buffer.byteLength(content)}\n`;
  yield content;
  yield '\n';
}

function person({ name, email }: Author): string {
  const clean = (text: string) => oneLine(text.replace(/[<>]/g, ''));
  return `${clean(name) || 'unknown'} <${clean(email)}>`;
}

// Safe paths hold no control characters and no backslashes; only the quote itself needs care.
function quoted(path: string): string {
  return `"${path.replaceAll('"', '\\"')}"`;
}
