import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('exitWithParent.cjs', import.meta.url));

/** How long a server may take to finish what it is doing before it is killed. */
const GRACE_MS = 20_000;

/** The servers of one installation: started together, stopped together. */
export class Processes {
  #dataDir;
  #children = [];
  #stopping = false;

  constructor(dataDir) {
    this.#dataDir = dataDir;
  }

  get stopping() {
    return this.#stopping;
  }

  /**
   * Starts a server. What it says goes straight to `<data>/logs/<name>.log` (the
   * log of the previous run is kept as `.1`), or with `verbose` to the terminal:
   * not through this process, so that it can still speak should this one be killed.
   *
   * @returns {{name: string, log: string, pid: number, exited: Promise<number | string>}} `exited` with the exit code or the signal's name
   */
  start(name, node, args, { cwd, env, verbose }) {
    const log = this.#freshLog(name);
    const file = openSync(log, 'a', 0o600);
    const output = verbose ? 'inherit' : file;
    // A child takes it over: databases, too, are for the owner alone.
    const umask = process.umask(0o077);
    const child = spawn(node, ['--require', PRELOAD, ...args], {
      cwd,
      env,
      stdio: ['pipe', output, output],
    });
    process.umask(umask);
    const exited = new Promise(resolve => {
      child.once('error', error => {
        writeSync(file, `${error.message}\n`);
        resolve(error.code);
      });
      child.once('close', (code, signal) => resolve(code ?? signal));
    }).finally(() => closeSync(file));
    const entry = { name, log, pid: child.pid, exited };
    this.#children.push({ ...entry, child });
    return entry;
  }

  /** Settles with the name and exit code of the first server that ends on its own. */
  async firstExit() {
    const { name, log, code } = await Promise.race(
      this.#children.map(async ({ name, log, exited }) => ({
        name,
        log,
        code: await exited,
      })),
    );
    return this.#stopping ? new Promise(() => {}) : { name, log, code };
  }

  /** Asks every server to finish what it is doing; kills what has not ended in time. */
  async stop() {
    this.#stopping = true;
    await Promise.all(
      this.#children.map(async ({ child, exited }) => {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
        await exited;
        clearTimeout(timer);
      }),
    );
  }

  #freshLog(name) {
    const folder = join(this.#dataDir, 'logs');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const log = join(folder, `${name}.log`);
    if (existsSync(log)) renameSync(log, `${log}.1`);
    return log;
  }
}
