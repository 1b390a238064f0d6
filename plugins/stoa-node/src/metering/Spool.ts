import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeSync,
} from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface SpoolOptions {
  /** Folder of this spool alone, written by one process at a time. */
  readonly dir: string;
  /** Most bytes to keep. */
  readonly maxBytes: number;
  /** A segment that has grown to this is followed by a new one. */
  readonly segmentBytes: number;
}

interface Segment {
  readonly path: string;
  size: number;
}

const SUFFIX = '.jsonl';

/**
 * Lines on disk, in segments: appended to the newest, read from the oldest, removed
 * a segment at a time. A line that `append` took survives the end of the process.
 */
export class Spool {
  readonly #options: SpoolOptions;
  /** Sealed segments, oldest first. */
  readonly #sealed: Segment[];
  #active: (Segment & { readonly fd: number }) | undefined;
  #number = 0;
  #bytes: number;

  constructor(options: SpoolOptions) {
    this.#options = options;
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    // What an earlier process left behind. Names sort by age.
    this.#sealed = readdirSync(options.dir)
      .filter(name => name.endsWith(SUFFIX))
      .sort()
      .map(name => join(options.dir, name))
      .map(path => ({ path, size: statSync(path).size }));
    this.#bytes = this.#sealed.reduce((sum, { size }) => sum + size, 0);
  }

  /** Bytes kept at this moment. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Writes one line (without its newline), synchronously: a write to the page cache
   * takes microseconds, and there is no moment at which the line is in memory only.
   * Throws when the spool is full or the disk refuses; then nothing was written.
   */
  append(line: string): void {
    const data = Buffer.from(`${line}\n`);
    if (this.#bytes + data.length > this.#options.maxBytes) {
      throw new Error(`the spool has reached ${this.#options.maxBytes} bytes`);
    }
    this.#active ??= this.#open();
    const { fd, size } = this.#active;
    try {
      const written = writeSync(fd, data, 0, data.length, size);
      if (written < data.length) throw new Error('the disk is full');
    } catch (error) {
      ftruncateSync(fd, size);
      throw error;
    }
    this.#active.size += data.length;
    this.#bytes += data.length;
    if (this.#active.size >= this.#options.segmentBytes) this.seal();
  }

  /** Ends the segment that is written to, so that it can be read. */
  seal(): void {
    if (!this.#active) return;
    const { fd, path, size } = this.#active;
    closeSync(fd);
    this.#sealed.push({ path, size });
    this.#active = undefined;
  }

  /** The lines of the oldest sealed segment, and the way to remove it; `undefined` when there is none. */
  async oldest(): Promise<
    { readonly lines: readonly string[]; remove(): Promise<void> } | undefined
  > {
    const segment = this.#sealed[0];
    if (!segment) return undefined;
    const text = await readFile(segment.path, 'utf8').catch(error => {
      // Removed by hand: there is nothing left to deliver.
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return {
      lines: text.split('\n').filter(line => line !== ''),
      remove: async () => {
        await rm(segment.path, { force: true });
        if (this.#sealed[0] !== segment) return;
        this.#sealed.shift();
        this.#bytes -= segment.size;
      },
    };
  }

  #open(): Segment & { readonly fd: number } {
    const stamp = `${Date.now()}`.padStart(15, '0');
    const number = `${this.#number++}`.padStart(6, '0');
    const name = `${stamp}-${number}-${process.pid}${SUFFIX}`;
    const path = join(this.#options.dir, name);
    const fd = openSync(path, 'wx', 0o600);
    return { path, fd, size: fstatSync(fd).size };
  }
}
