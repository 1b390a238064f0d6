import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { freePort } from '../ports.mjs';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';
import { tail } from '../run.mjs';
import { running } from '../../../packages/cli/src/runFile.mjs';

const LIMIT_MS = 240_000;

/**
 * Starts the whole platform as a person would, on a free port and an empty
 * data directory, hands it to `work`, and takes it away again. What it says is
 * not shown, since it shows passwords; its logs are kept under
 * `test-results/<name>` when `work` fails.
 *
 * @param {(instance: {url: string, port: number, dataDir: string, pid: number}) => Promise<T>} work `pid` of the command, above the servers
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] more for its environment
 */
export async function withInstance(name, work, { env } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'stoa-instance-'));
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(root, 'scripts/start.mjs'), '--port', port, '--data-dir', dataDir],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  );
  const closed = new Promise(resolve => child.once('close', resolve));
  let failed = true;
  try {
    await untilUp(child, closed, dataDir);
    const url = `http://localhost:${port}`;
    const result = await work({ url, port, dataDir, pid: child.pid });
    failed = false;
    return result;
  } finally {
    child.kill('SIGTERM');
    await closed;
    if (failed) keepLogs(name, dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function untilUp(child, closed, dataDir) {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => (said += chunk));
  }
  let ended = false;
  closed.then(() => (ended = true));
  const deadline = Date.now() + LIMIT_MS;
  while (!running(dataDir)?.ready) {
    if (ended || Date.now() > deadline) {
      throw new Refusal(`the platform did not start:\n${tail(said, 30)}`);
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

function keepLogs(name, dataDir) {
  const logs = join(dataDir, 'logs');
  if (existsSync(logs)) {
    cpSync(logs, join(root, 'test-results', name), { recursive: true });
  }
}
