import { ChildProcessWithoutNullStreams } from 'node:child_process';
import { StoaError } from '@stoa/plugin-stoa-common';
import { startGit } from './git';

/** An object of the repository; `content` stops at the limit of the request, and `truncated` says so. */
export interface GitObject {
  readonly oid: string;
  readonly type: string;
  readonly size: number;
  readonly content: Buffer;
  readonly truncated: boolean;
}

interface Waiting {
  readonly maxBytes: number;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

interface Arriving {
  readonly oid: string;
  readonly type: string;
  readonly size: number;
  readonly limit: number;
  readonly pieces: Buffer[];
  /** Bytes still to come, the line feed after the content included. */
  left: number;
  kept: number;
}

const NAME =
  /^([0-9a-f]{40}|[0-9a-f]{64}|refs\/heads\/[A-Za-z0-9._/-]+\^\{commit\})$/;

/**
 * Reads objects through one long-lived `git cat-file --batch`, started at the
 * first request. Requests are answered in order and may be sent without waiting
 * for each other.
 */
export class ObjectReader {
  readonly #gitDir: string;
  readonly #waiting: Waiting[] = [];
  #child?: ChildProcessWithoutNullStreams;
  #header = Buffer.alloc(0);
  #arriving?: Arriving;

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  /**
   * The object named by a full id, or by `refs/heads/<branch>^{commit}`;
   * `undefined` when there is none. Throws `stoa.unavailable` when git dies; the
   * next request starts it again.
   */
  read(name: string, maxBytes: number): Promise<GitObject | undefined> {
    // A name is a line of the protocol: anything else could smuggle a second one.
    if (!NAME.test(name)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#child ??= this.#start();
      this.#waiting.push({ maxBytes, resolve, reject });
      this.#child.stdin.write(`${name}\n`);
    });
  }

  /** Ends the process after the answers that are under way. */
  async close(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const ended = new Promise(resolve => child.once('close', resolve));
    child.stdin.end();
    await ended;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = startGit(this.#gitDir, ['cat-file', '--batch']);
    child.stdin.on('error', () => {});
    child.stderr.resume();
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    const end = () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#arriving = undefined;
      this.#header = Buffer.alloc(0);
      const failure = new StoaError(
        'stoa.unavailable',
        'The Git repository does not answer.',
      );
      for (const request of this.#waiting.splice(0)) request.reject(failure);
    };
    child.once('error', end);
    child.once('close', end);
    return child;
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      rest = this.#arriving
        ? this.#takeContent(this.#arriving, rest)
        : this.#takeHeader(rest);
    }
  }

  // `<id> SP <type> SP <size> LF`, or `<name> missing LF` and the like.
  #takeHeader(chunk: Buffer): Buffer {
    const end = chunk.indexOf(0x0a);
    if (end < 0) {
      this.#header = Buffer.concat([this.#header, chunk]);
      return Buffer.alloc(0);
    }
    const line = Buffer.concat([this.#header, chunk.subarray(0, end)]);
    this.#header = Buffer.alloc(0);
    const match = /^([0-9a-f]+) (\w+) (\d+)$/.exec(line.toString('latin1'));
    if (match) {
      const size = Number(match[3]);
      this.#arriving = {
        oid: match[1],
        type: match[2],
        size,
        limit: Math.min(size, this.#waiting[0].maxBytes),
        pieces: [],
        left: size + 1,
        kept: 0,
      };
    } else {
      this.#waiting.shift()?.resolve(undefined);
    }
    return chunk.subarray(end + 1);
  }

  #takeContent(object: Arriving, chunk: Buffer): Buffer {
    const piece = chunk.subarray(0, object.left);
    const wanted = piece.subarray(0, object.limit - object.kept);
    if (wanted.length > 0) object.pieces.push(wanted);
    object.kept += wanted.length;
    object.left -= piece.length;
    if (object.left === 0) {
      this.#arriving = undefined;
      const { oid, type, size, pieces, limit } = object;
      const content = Buffer.concat(pieces);
      const truncated = limit < size;
      this.#waiting.shift()?.resolve({ oid, type, size, content, truncated });
    }
    return chunk.subarray(piece.length);
  }
}
