import { Browser, BrowserContextOptions, Page } from '@playwright/test';
import { passwordOf } from './accounts';

/** A browser of its own for one person, signed in through the issuer's pages. */
export async function signIn(
  browser: Browser,
  account: string,
  options?: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto('/');
  await page
    .getByRole('button', { name: /Continue to sign-in|Se connecter/ })
    .click();
  await page.waitForURL(/\/api\/dev-identity\//);
  await page.locator('input:not([type=hidden])').first().fill(account);
  await page.locator('input[type=password]').fill(passwordOf(account));
  await page.locator('input[type=password]').press('Enter');
  await page.waitForURL(
    url => !/\/api\/(dev-identity|auth)\//.test(url.pathname),
  );
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}
