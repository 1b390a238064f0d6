import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Refusal } from '../../packages/cli/src/refusal.mjs';
import { run, tail } from './run.mjs';
import { running } from '../../packages/cli/src/runFile.mjs';

/**
 * Runs `npm start` of a checkout until it is ready, asks `measure`, and stops it.
 *
 * @returns {Promise<{readyMs: number, stopMs: number} & T>} with what `measure` answers
 */
export async function startAndStop({ checkout, dataDir, port }, measure) {
  const begin = performance.now();
  const child = spawn(
    process.execPath,
    [
      join(checkout, 'scripts/start.mjs'),
      '--port',
      port,
      '--data-dir',
      dataDir,
    ],
    { cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => (said += chunk));
  }
  let ended = false;
  const closed = new Promise(resolve => child.once('close', resolve)).then(
    () => {
      ended = true;
    },
  );
  while (!running(dataDir)?.ready) {
    if (ended) throw new Refusal(`it did not start:\n${tail(said)}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const readyMs = Math.round(performance.now() - begin);
  const measured = await measure(child.pid);
  const stop = performance.now();
  child.kill('SIGTERM');
  await closed;
  return { readyMs, stopMs: Math.round(performance.now() - stop), ...measured };
}

/** Resident memory of a process and everything below it, in MiB, by program. */
export async function residentMemory(pid) {
  const { output } = await run('ps', ['-eo', 'pid=,ppid=,rss=,args=']);
  const rows = output
    .trim()
    .split('\n')
    .map(line => line.trim().match(/^(\d+) +(\d+) +(\d+) (.*)$/))
    .filter(Boolean)
    .map(([, id, parent, rss, args]) => ({
      id: Number(id),
      parent: Number(parent),
      mib: Math.round(Number(rss) / 1024),
      args,
    }));
  const of = id => [
    ...rows.filter(row => row.id === id),
    ...rows.filter(row => row.parent === id).flatMap(row => of(row.id)),
  ];
  const all = of(pid);
  const mib = pattern =>
    all
      .filter(row => pattern.test(row.args))
      .reduce((sum, row) => sum + row.mib, 0);
  return {
    totalMiB: mib(/./),
    backendMiB: mib(/src\/index\.ts/),
    samplesMiB: mib(/src\/main\.ts/),
  };
}

/** Bytes of the scripts that the first page loads: as built, and compressed. */
export async function firstLoad(url) {
  const page = await (await fetch(url)).text();
  const scripts = [...page.matchAll(/<script[^>]*\bsrc="([^"]+)"/g)].map(
    ([, src]) => new URL(src, url).href,
  );
  let bytes = 0;
  let gzipBytes = 0;
  for (const script of scripts) {
    const response = await fetch(script);
    const body = Buffer.from(await response.arrayBuffer());
    bytes += body.length;
    gzipBytes += gzipSync(body).length;
  }
  return { scripts: scripts.length, bytes, gzipBytes };
}
