import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../paths.mjs';
import { freePort } from '../ports.mjs';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';

const LIMIT_MS = 60_000;

/**
 * Starts the gateways in a process of their own (`npm run gateway`) beside the
 * platform that runs on the data directory, on a free port unless one is given.
 *
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] more for its environment
 * @param {number} [options.port] of one that ran before, whose metering it goes on with
 * @returns {Promise<{url: string, port: number, pid: number, ended: Promise<void>, stop: () => Promise<void>}>} `pid` of the command, above the server
 */
export async function startSidecar(dataDir, { env, port: given } = {}) {
  const port = given ?? (await freePort());
  const child = spawn(
    process.execPath,
    [join(root, 'scripts/gateway.mjs'), '--port', port, '--data-dir', dataDir],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } },
  );
  const closed = new Promise(resolve => child.once('close', resolve));
  const url = `http://localhost:${port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  const deadline = Date.now() + LIMIT_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Refusal('the gateways did not start');
    }
    await delay(100);
  }
  return { url, port, pid: child.pid, ended: closed, stop };
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false;
  }
}
