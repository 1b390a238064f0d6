import { defineConfig } from '@playwright/test';
import base from '../../../../playwright.config';

/** `yarn screenshots`: pictures of every page of a running instance, for `docs/images/`. */
export default defineConfig(base, {
  testDir: __dirname,
  testMatch: '*.shot.ts',
  reporter: 'list',
  outputDir: '../../../../test-results',
});
