import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetchPackage } from '../npm.mjs';
import { root, tools } from '../paths.mjs';
import { Refusal } from '../../../packages/cli/src/refusal.mjs';
import { run } from '../run.mjs';

const PACKAGE = '@sparticuz/chromium';
const VERSION = '153.0.0';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const PROOF = `
  import { chromium } from '@playwright/test';
  const browser = await chromium.launch({
    executablePath: process.argv[1],
    args: ['--no-sandbox', '--disable-gpu'],
    timeout: 20_000,
  });
  const page = await browser.newPage();
  await page.setContent('<p>shown</p>', { timeout: 20_000 });
  await page.getByText('shown').waitFor({ timeout: 20_000 });
  await browser.close();
`;

/**
 * A Chromium that has shown a page: `CHROMIUM_PATH`, the machine's, else the
 * one that npm carries (Linux x64).
 *
 * @returns {Promise<{path: string, libraries: string}>} `libraries` is the LD_LIBRARY_PATH that it needs
 */
export async function findChromium(node) {
  const own = [process.env.CHROMIUM_PATH, ...USUAL_PLACES];
  for (const path of own) {
    if (path && existsSync(path) && (await showsPage(node, path))) {
      return { path, libraries: '' };
    }
  }
  const found = await packagedChromium(node).catch(() => undefined);
  if (!found) {
    throw new Refusal(
      'no Chromium runs on this machine: install one (Debian: apt-get install chromium) or set CHROMIUM_PATH',
    );
  }
  return found;
}

async function packagedChromium(node) {
  const modules = await fetchPackage(PACKAGE, VERSION);
  const unpacked = join(tools, `chromium-${VERSION}`);
  mkdirSync(unpacked, { recursive: true });
  const entry = pathToFileURL(join(modules, PACKAGE, 'build', 'index.js'));
  // The package unpacks into TMPDIR; told that it runs in a Lambda, it brings
  // the shared libraries that a bare machine lacks as well.
  const { output } = await run(
    node.path,
    [
      '--input-type=module',
      '--eval',
      `import c from ${JSON.stringify(entry.href)};
       process.stdout.write(await c.executablePath());`,
    ],
    {
      env: {
        ...process.env,
        TMPDIR: unpacked,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      },
    },
  );
  const path = output.trim();
  for (const libraries of ['', join(unpacked, 'al2023', 'lib')]) {
    if (await showsPage(node, path, libraries)) return { path, libraries };
  }
  return undefined;
}

/**
 * Having the file is not enough: libraries may be lacking, or a sandbox forbid
 * it. So it is launched the way the browser tests launch it.
 */
async function showsPage(node, path, libraries = '') {
  const { code } = await run(
    node.path,
    ['--input-type=module', '--eval', PROOF, path],
    {
      cwd: root,
      env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
    },
  );
  return code === 0;
}
