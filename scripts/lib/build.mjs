import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from './node.mjs';
import { root, tools } from './paths.mjs';
import { step } from './progress.mjs';
import { Refusal } from '../../packages/cli/src/refusal.mjs';
import { run, tail } from './run.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';

const APP = 'packages/app';
const STAMP = join(tools, 'stamps', 'app');

/** Everything that the web interface is built from. */
const SOURCES = [
  APP,
  'plugins/console',
  'plugins/portal',
  'plugins/stoa-common',
  'plugins/stoa-react',
  'app-config.yaml',
  'package.json',
  'yarn.lock',
];

/** Builds the web interface when its sources changed since the last build. */
export async function build(node, yarn) {
  const fingerprint = hashOf(SOURCES);
  const built = existsSync(join(root, APP, 'dist', 'index.html'));
  if (built && isStamped(STAMP, fingerprint)) return;
  await step('Building the web interface', async () => {
    const { code, output } = await run(
      node.path,
      [join(root, 'node_modules', '.bin', 'backstage-cli'), 'package', 'build'],
      { cwd: join(root, APP), env: environment(node, yarn) },
    );
    if (code !== 0) {
      throw new Refusal(
        `the web interface could not be built:\n${tail(output, 30)}`,
      );
    }
  });
  stamp(STAMP, fingerprint);
}
