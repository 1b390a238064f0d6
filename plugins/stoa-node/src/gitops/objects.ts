import { CommitInfo } from './GitOpsRepository';

/** Modes of Git that matter here; everything else (symlink, submodule) is absent for us. */
export const MODE_TREE = '40000';

export function isRegular(mode: string): boolean {
  return mode === '100644' || mode === '100755';
}

export interface TreeNode {
  readonly mode: string;
  readonly oid: string;
}

/**
 * Reads a tree object: `<mode> SP <name> NUL <id in bytes>`, repeated.
 * `idBytes` is 20 for SHA-1 and 32 for SHA-256. Names are Latin-1 strings of
 * their bytes, so that any name can be a key.
 */
export function parseTree(
  content: Buffer,
  idBytes: number,
): Map<string, TreeNode> {
  const nodes = new Map<string, TreeNode>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const nul = content.indexOf(0, space);
    if (space < 0 || nul < 0) break;
    const end = nul + 1 + idBytes;
    nodes.set(content.toString('latin1', space + 1, nul), {
      mode: content.toString('latin1', at, space),
      oid: content.toString('hex', nul + 1, end),
    });
    at = end;
  }
  return nodes;
}

/** Reads a commit object. Whatever its author wrote comes out as text, never as an error. */
export function parseCommit(commit: string, content: Buffer): CommitInfo {
  const text = content.toString('utf8');
  const gap = text.indexOf('\n\n');
  const head = gap < 0 ? text : text.slice(0, gap);
  const message = gap < 0 ? '' : text.slice(gap + 2).trimEnd();
  const parents: string[] = [];
  let author = { name: '', email: '' };
  let seconds = 0;
  for (const line of head.split('\n')) {
    const [, key, value] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (key === 'parent') parents.push(value);
    const person = /^(.*?) ?<([^>]*)> (-?\d+)/.exec(value ?? '');
    if (key === 'author' && person) {
      author = { name: person[1], email: person[2] };
    }
    if (key === 'committer' && person) seconds = Number(person[3]);
  }
  return {
    commit,
    parents,
    author,
    date: isoDate(seconds),
    message,
    trailers: parseTrailers(message),
  };
}

// Beyond a hundred million days `Date` throws; an author may claim any number.
function isoDate(seconds: number): string {
  const valid = Math.abs(seconds) <= 8.64e12;
  return new Date(valid ? seconds * 1000 : 0).toISOString();
}

const TRAILER = /^([A-Za-z0-9-]+): (.*)$/;

/** Trailers of a message: its last paragraph, when every line of it is `Key: value` and it is not the first. */
export function parseTrailers(message: string): Record<string, string> {
  const paragraphs = message.trimEnd().split(/\n\n+/);
  const lines = paragraphs.length > 1 ? paragraphs.pop()!.split('\n') : [];
  const pairs = lines.map(line => TRAILER.exec(line));
  if (!pairs.every(pair => pair !== null)) return {};
  return Object.fromEntries(pairs.map(pair => [pair[1], pair[2]]));
}

/** The message with a last paragraph of trailers; line breaks in a value become blanks. */
export function withTrailers(
  message: string,
  trailers: Readonly<Record<string, string>> = {},
): string {
  const lines = Object.entries(trailers).map(
    ([key, value]) =>
      `${key.replace(/[^A-Za-z0-9-]/g, '-')}: ${oneLine(value)}`,
  );
  const body = message.replace(/\0/g, '').trimEnd();
  return `${[body, ...(lines.length ? [lines.join('\n')] : [])].join(
    '\n\n',
  )}\n`;
}

/** Text as it may stand in one line of a commit. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
