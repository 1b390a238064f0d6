import { readArgs } from '../../packages/cli/src/args.mjs';
import { build } from './build.mjs';
import {
  checkCheckout,
  checkDataDir,
  checkGit,
  checkPlatform,
  checkPort,
  checkSpace,
} from './checks.mjs';
import { install, isInstalled } from './install.mjs';
import { chooseNode } from './node.mjs';
import { step } from './progress.mjs';
import { claim, release } from '../../packages/cli/src/runFile.mjs';
import { serve } from './serve.mjs';
import { chooseYarn } from './yarn.mjs';

const DEFAULT_PORT = 7007;

/** `npm start`: from a clone to a running platform. Returns the exit code. */
export async function start() {
  const {
    dataDir,
    port = DEFAULT_PORT,
    values,
  } = readArgs({
    'no-demo': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  });
  process.stdout.write('STOA\n');
  checkCheckout();
  checkPlatform();
  await checkGit();
  checkDataDir(dataDir);
  checkSpace(dataDir, { installed: isInstalled() });
  claim(dataDir, port);
  try {
    await checkPort(port);
    const { node } = await prepare();
    return await serve({
      node,
      dataDir,
      port,
      demo: !values['no-demo'],
      verbose: values.verbose,
    });
  } finally {
    release(dataDir);
  }
}

/** Node, Yarn, packages and the built web interface; each is made only when it is lacking. */
export async function prepare({ withBuild = true } = {}) {
  const { node, yarn } = await step('Node and Yarn', async () => ({
    node: await chooseNode(),
    yarn: await chooseYarn(),
  }));
  await install(node, yarn);
  if (withBuild) await build(node, yarn);
  return { node, yarn };
}
