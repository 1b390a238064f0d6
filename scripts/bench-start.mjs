// `yarn bench:start [--out FILE] [--reference URL]`: how long a newcomer waits,
// and what the platform takes. HEAD of this repository is cloned into an empty
// directory and started twice. A table is printed, and JSON written with --out.
// `--reference` is the address of another web interface (a fresh Backstage app,
// built and served) whose first load is measured beside ours.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setDefaultResultOrder } from 'node:dns';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { firstLoad, residentMemory, startAndStop } from './lib/bench.mjs';
import { root } from './lib/paths.mjs';
import { freePort } from './lib/ports.mjs';
import { main, Refusal } from '../packages/cli/src/refusal.mjs';
import { run, tail } from './lib/run.mjs';

/** The first minute after a start is busy with indexing; then it rests. */
const REST_MS = 30_000;

setDefaultResultOrder('ipv4first');

await main(async () => {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, reference: { type: 'string' } },
  });
  const home = mkdtempSync(join(tmpdir(), 'stoa-bench-'));
  try {
    const figures = await measure(home, values.reference);
    for (const [name, value] of Object.entries(figures)) {
      process.stdout.write(`${name.padEnd(28)} ${value}\n`);
    }
    if (values.out) {
      writeFileSync(values.out, `${JSON.stringify(figures, undefined, 2)}\n`);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

async function measure(home, reference) {
  const checkout = join(home, 'stoa');
  const { code, output } = await run('git', ['clone', '-q', root, checkout]);
  if (code !== 0) throw new Refusal(`no clone: ${tail(output, 3)}`);
  const port = String(await freePort());
  const place = { checkout, port, dataDir: join(home, 'data') };

  const cold = await startAndStop(place, () => ({}));
  const warm = await startAndStop(place, async pid => {
    const load = await firstLoad(`http://localhost:${port}/`);
    await new Promise(resolve => setTimeout(resolve, REST_MS));
    return { load, memory: await residentMemory(pid) };
  });
  const other = reference && (await firstLoad(reference));
  return {
    'cold start, s': cold.readyMs / 1000,
    'warm start, s': warm.readyMs / 1000,
    'stop, s': warm.stopMs / 1000,
    'memory at rest, MiB': warm.memory.totalMiB,
    'of it the backend, MiB': warm.memory.backendMiB,
    'of it the samples, MiB': warm.memory.samplesMiB,
    'first load, scripts': warm.load.scripts,
    'first load, KiB': Math.round(warm.load.bytes / 1024),
    'first load gzipped, KiB': Math.round(warm.load.gzipBytes / 1024),
    ...(other && {
      'reference gzipped, KiB': Math.round(other.gzipBytes / 1024),
      'first load / reference': (warm.load.gzipBytes / other.gzipBytes).toFixed(
        2,
      ),
    }),
  };
}
