import { join } from 'node:path';
import { accountsOf } from '../../packages/cli/src/accounts.mjs';
import { checkPort } from './checks.mjs';
import { writeConfig } from './config.mjs';
import { sampleBackends } from './demo.mjs';
import { environment } from './node.mjs';
import { root } from './paths.mjs';
import { Processes } from './processes.mjs';
import { since, step } from './progress.mjs';
import { untilReady } from './ready.mjs';
import { markReady } from '../../packages/cli/src/runFile.mjs';
import { secretsOf } from './secrets.mjs';
import { welcome } from './welcome.mjs';

/** Lets Node run TypeScript, as the Backstage command line does. */
export const TRANSFORM = join(
  root,
  'node_modules/@backstage/cli-node/config/nodeTransform.cjs',
);

export const STOPPED = Symbol('stopped by a signal');

/** Runs the platform until a signal comes (0) or a server ends on its own (1). */
export async function serve({ node, dataDir, port, demo, verbose }) {
  const processes = new Processes(dataDir);
  const signal = firstSignal();
  try {
    const up = step('Starting the platform', () =>
      launch({ processes, node, dataDir, port, demo, verbose }),
    );
    const started = await Promise.race([up, signal]);
    if (started === STOPPED) return 0;
    markReady(dataDir, port, started.backends);
    const accounts = accountsOf(dataDir);
    process.stdout.write(welcome({ port, demo, accounts, took: since() }));

    const ended = await Promise.race([processes.firstExit(), signal]);
    if (ended === STOPPED) return 0;
    process.stderr.write(`stoa: the ${ended.name} ended; see ${ended.log}\n`);
    return 1;
  } finally {
    await processes.stop();
  }
}

async function launch({ processes, node, dataDir, port, demo, verbose }) {
  const env = environment(node, undefined, { NODE_ENV: 'production' });
  const backends = demo ? await sampleBackends(dataDir, port + 4) : undefined;
  const config = writeConfig({
    dataDir,
    port,
    backends,
    secrets: secretsOf(dataDir),
  });
  if (backends) {
    for (const [name, p] of Object.entries(backends)) {
      await checkPort(p, `the sample service ${name}`);
    }
    processes.start(
      'samples',
      node.path,
      [
        '--require',
        TRANSFORM,
        'src/main.ts',
        ...Object.entries(backends).flatMap(([name, p]) => [`--${name}`, p]),
      ],
      { cwd: join(root, 'packages/sample-backends'), env, verbose },
    );
  }
  processes.start(
    'backend',
    node.path,
    [
      '--require',
      TRANSFORM,
      'src/index.ts',
      ...config.flatMap(file => ['--config', file]),
    ],
    { cwd: join(root, 'packages/backend'), env, verbose },
  );
  await untilReady(`http://127.0.0.1:${port}/ready`, processes);
  return { backends };
}

/** Settles at the first Ctrl-C or TERM; a second one ends the process the usual way. */
export function firstSignal() {
  return new Promise(resolve => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(name, () => {
        process.stdout.write('\nStopping …\n');
        resolve(STOPPED);
      });
    }
  });
}
