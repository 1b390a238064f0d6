import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readArgs } from '../../packages/cli/src/args.mjs';
import { checkPort } from './checks.mjs';
import { demoAllowances, GATEWAY_CLIENT } from './config.mjs';
import { environment } from './node.mjs';
import { root } from './paths.mjs';
import { readJson, writePrivate } from '../../packages/cli/src/privateFile.mjs';
import { Processes } from './processes.mjs';
import { step } from './progress.mjs';
import { untilReady } from './ready.mjs';
import { Refusal } from '../../packages/cli/src/refusal.mjs';
import { running } from '../../packages/cli/src/runFile.mjs';
import { firstSignal, STOPPED, TRANSFORM } from './serve.mjs';
import { prepare } from './start.mjs';

const DEFAULT_PORT = 7008;

/** Runs the gateways until a signal comes (0) or they end on their own (1). */
export async function gateway() {
  const {
    dataDir,
    port = DEFAULT_PORT,
    values,
  } = readArgs({
    verbose: { type: 'boolean', default: false },
  });
  const platform = running(dataDir);
  if (!platform?.ready) {
    throw new Refusal(`nothing runs on ${dataDir}: run "npm start" first`);
  }
  await checkPort(port);
  const { node } = await prepare({ withBuild: false });
  const home = join(dataDir, `gateway-${port}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const processes = new Processes(home);
  const signal = firstSignal();
  try {
    const up = step('Starting the gateways', async () => {
      processes.start(
        'gateway',
        node.path,
        [
          '--require',
          TRANSFORM,
          'src/gateway.ts',
          '--config',
          writeConfig({ dataDir, home, port, platform }),
        ],
        {
          cwd: join(root, 'packages/backend'),
          env: environment(node, undefined, { NODE_ENV: 'production' }),
          verbose: values.verbose,
        },
      );
      await untilReady(`http://127.0.0.1:${port}/ready`, processes);
    });
    if ((await Promise.race([up, signal])) === STOPPED) return 0;
    process.stdout.write(`
The gateways are ready:
  tools  http://localhost:${port}/mcp
  APIs   http://localhost:${port}/gateway/…

Ctrl-C stops them.
`);
    const ended = await Promise.race([processes.firstExit(), signal]);
    if (ended === STOPPED) return 0;
    process.stderr.write(`stoa: the gateways ended; see ${ended.log}\n`);
    return 1;
  } finally {
    await processes.stop();
  }
}

/** What the gateways know of the platform, from what the platform wrote of itself. */
function writeConfig({ dataDir, home, port, platform }) {
  const base = `http://localhost:${platform.port}`;
  const issuer = `${base}/api/dev-identity`;
  const { gatewayClientSecret } = readJson(join(dataDir, 'secrets.json'));
  const baseUrl = `http://localhost:${port}`;
  const file = join(home, 'app-config.yaml');
  const config = {
    backend: { baseUrl, listen: { host: '127.0.0.1', port } },
    stoa: {
      dataDir: home,
      devIdentity: { enabled: false },
      controlPlane: {
        url: `${base}/api/control-plane`,
        tokenUrl: `${issuer}/token`,
        clientId: GATEWAY_CLIENT,
        clientSecret: gatewayClientSecret,
      },
      issuers: [{ issuer, audiences: [`${base}/api/control-plane`] }],
      network: { allow: demoAllowances(platform.backends) },
    },
  };
  writePrivate(file, `${JSON.stringify(config, undefined, 2)}\n`);
  return file;
}
