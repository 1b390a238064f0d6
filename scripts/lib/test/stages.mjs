import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { installKafka } from '../services/kafka.mjs';
import { findChromium } from './chromium.mjs';
import { githubOpenapi } from './githubOpenapi.mjs';
import { withInstance } from './instance.mjs';
import { startPostgres } from './postgres.mjs';
import { check, jest, nodeTests, playwright } from './runners.mjs';

/**
 * The stages of `npm test`, cheapest first. Each takes the context (the chosen
 * Node and its environment) and answers how many tests passed and failed.
 */
export const STAGES = {
  format: context => check(context, 'prettier', ['--check', '.']),
  lint: context => check(context, 'backstage-cli', ['repo', 'lint']),
  types: context => check(context, 'tsc', []),
  scripts: context => nodeTests(context, scriptTests()),
  jest: runJest,
  browser: runBrowser,
  readme: context => runAgainstInstance(context, 'readme'),
  tools: context => runAgainstInstance(context, 'tools'),
  dataplane: context => runAgainstInstance(context, 'dataplane'),
  logs: context => runAgainstInstance(context, 'logs'),
  production: runProduction,
};

/** The stages of `yarn test:services`. */
export const SERVICE_STAGES = { services: runServices };

/** Tests of the scripts themselves, of the command line, and of the repository's shape. */
function scriptTests() {
  return ['scripts', 'packages/cli/src'].flatMap(folder =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith('.test.mjs'))
      .map(name => `${folder}/${name}`),
  );
}

async function runJest(context) {
  await githubOpenapi();
  return jestOnPostgres(context, ['--maxWorkers=2']);
}

/** One after the other, as each has servers of its own. */
async function runServices(context) {
  await installKafka();
  return jestOnPostgres(context, [
    '--maxWorkers=1',
    '--testPathPatterns=\\.services\\.test\\.ts$',
    '--testPathIgnorePatterns=/node_modules/',
  ]);
}

async function jestOnPostgres(context, args) {
  const postgres = await startPostgres();
  process.stdout.write(`PostgreSQL ${postgres.version} at ${postgres.url}\n`);
  try {
    // A slow machine is no failure: a test that hangs is, and a minute tells them apart.
    const options = ['--silent', '--testTimeout=60000', ...args];
    return await jest(context, options, {
      CI: '1',
      BACKSTAGE_TEST_DISABLE_DOCKER: '1',
      BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING: postgres.url,
    });
  } finally {
    await postgres.stop();
  }
}

async function runProduction(context) {
  const postgres = await startPostgres();
  try {
    const file = 'scripts/lib/test/production.mjs';
    return await nodeTests(context, [file], { POSTGRES_URL: postgres.url });
  } finally {
    await postgres.stop();
  }
}

async function runBrowser(context) {
  const chromium = await findChromium(context.node);
  return withInstance('browser', instance =>
    playwright(context, ['--project', 'journey'], {
      CI: '1',
      ...instanceEnv(instance),
      CHROMIUM_PATH: chromium.path,
      ...(chromium.libraries && { LD_LIBRARY_PATH: chromium.libraries }),
    }),
  );
}

/** A test of a whole instance: `scripts/lib/test/<name>.mjs`. */
function runAgainstInstance(context, name) {
  return withInstance(name, instance =>
    nodeTests(context, [`scripts/lib/test/${name}.mjs`], instanceEnv(instance)),
  );
}

/** How tests and commands find a running instance. */
function instanceEnv({ url, dataDir }) {
  return { STOA_URL: url, STOA_DATA_DIR: dataDir };
}
