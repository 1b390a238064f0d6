import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Changes of one file come one after the other, whoever in this process makes them. */
const queues = new Map<string, Promise<unknown>>();

/**
 * A JSON file that belongs to this installation alone (0600), read anew when it was
 * changed. A change is written whole under another name, synced and then put in
 * its place: a reader, and a process that was killed, find the old or the new.
 */
export class JsonFile<T> {
  #known?: { readonly version: string; readonly value: T };

  constructor(readonly path: string, readonly empty: () => T) {}

  /** Do not change what it answers. */
  async read(): Promise<T> {
    const version = await this.#version();
    if (version === undefined) return this.empty();
    if (this.#known?.version === version) return this.#known.value;
    const value = parse<T>(await readFile(this.path, 'utf8'), this.path);
    this.#known = { version, value };
    return value;
  }

  /** Replaces the content by what `change` makes of it; when that throws, nothing changes. */
  async update<R>(
    change: (value: T) => { readonly value: T; readonly result: R },
  ): Promise<R> {
    const before = queues.get(this.path) ?? Promise.resolve();
    const run = before.then(async () => {
      const { value, result } = change(await this.read());
      await this.#write(value);
      return result;
    });
    queues.set(
      this.path,
      run.catch(() => undefined),
    );
    return run;
  }

  async #write(value: T): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${randomUUID()}`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(value, undefined, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, this.path);
    } finally {
      await rm(draft, { force: true });
    }
    const folder = await open(dirname(this.path));
    try {
      // The name, too, must outlive a loss of power.
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** Another file has another one, also when it was written within the same millisecond. */
  async #version(): Promise<string | undefined> {
    try {
      const { ino, mtimeNs, size } = await stat(this.path, { bigint: true });
      return [ino, mtimeNs, size].join();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function parse<T>(text: string, path: string): T {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the file, which holds secrets.
    throw new Error(`${path} is not valid JSON`);
  }
}
