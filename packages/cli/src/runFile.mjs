import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writePrivate } from './privateFile.mjs';
import { Refusal } from './refusal.mjs';

/**
 * `<data>/run.json` tells of the process that uses a data directory:
 * `{pid, port, ready, backends}`. It keeps a second one out (SQLite and the Git
 * repository have one writer), and tells other commands where to ask.
 */
const fileOf = dataDir => join(dataDir, 'run.json');

/** What runs on the data directory now, `undefined` when nothing does. */
export function running(dataDir) {
  const state = readJson(fileOf(dataDir));
  return state && isAlive(state.pid) ? state : undefined;
}

export function claim(dataDir, port) {
  const other = running(dataDir);
  if (other) {
    throw new Refusal(
      `${dataDir} is used by process ${other.pid} (port ${other.port}): stop it, or give another --data-dir`,
    );
  }
  write(dataDir, { pid: process.pid, port, ready: false });
}

/** @param {Record<string, number>} [backends] ports of the sample services */
export function markReady(dataDir, port, backends) {
  write(dataDir, { pid: process.pid, port, ready: true, backends });
}

export function release(dataDir) {
  rmSync(fileOf(dataDir), { force: true });
}

function write(dataDir, state) {
  writePrivate(fileOf(dataDir), `${JSON.stringify(state)}\n`);
}

/** True when there is a process of this number, whoever it belongs to. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
