import { defineConfig } from '@playwright/test';

/** What Chromium needs in a container, and what it must not do on its own. */
const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Over a running instance (`STOA_URL`, `STOA_DATA_DIR`, `CHROMIUM_PATH`): the
 * journey, and the pictures of every page for `docs/images/`.
 */
export default defineConfig({
  testDir: 'packages/app/e2e-tests',
  projects: [
    { name: 'journey', testMatch: '*.test.ts' },
    { name: 'screenshots', testMatch: '*.shot.ts' },
  ],
  timeout: 180_000,
  expect: { timeout: 15_000 },
  retries: 0,
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json']],
  outputDir: 'test-results',
  use: {
    baseURL: process.env.STOA_URL ?? 'http://localhost:7007',
    actionTimeout: 15_000,
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: CHROMIUM_ARGS,
    },
  },
});
