import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, Page, test } from '@playwright/test';
import { expectAccessible } from './support/accessible';
import { signIn } from './support/session';

/** A document that the demo does not have; its id is new in every run. */
const TITLE = `Contacts ${Date.now().toString(36)}`;
const API = TITLE.toLowerCase().replace(' ', '-');
const DOCUMENT = readFileSync(
  join(__dirname, 'support', 'contacts.yaml'),
  'utf8',
).replace('title: Contacts', `title: ${TITLE}`);
const APPLICATION = `Order desk ${API}`;

test('from an OpenAPI document to a called API', async ({
  browser,
  request,
}) => {
  const provider = await signIn(browser, 'acme-admin');
  const consumer = await signIn(browser, 'consumer');
  let address = '';
  let key = '';

  const call = () =>
    request.get(`${address}/customers`, { headers: { 'X-API-Key': key } });

  await test.step('each role is helped to start', async () => {
    await expectAccessible(provider);
    await expectAccessible(consumer);
    await expect(
      provider.getByRole('link', { name: 'ACME Corporation', exact: true }),
    ).toBeVisible();
    await expect(
      consumer.getByRole('link', { name: /Publish an API/ }),
    ).toHaveCount(0);
  });

  await test.step('1. the provider creates an API, once its document is right', async () => {
    const backend = await backendOf(provider, 'crm-api');
    await provider.goto('/console/acme-corp/apis');
    await expect(provider.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(provider);
    await provider.getByRole('link', { name: 'Create API' }).click();

    const editor = provider.getByLabel('Or paste the document');
    await editor.fill(DOCUMENT.replace('paths:', 'paths'));
    await expect(
      provider.getByText('The document is not valid yet'),
    ).toBeVisible();
    await expect(
      provider.getByText(/^Line \d+, column \d+/).first(),
    ).toBeVisible();
    await expect(
      provider.getByRole('button', { name: /^Create/ }),
    ).toBeDisabled();

    await editor.fill(DOCUMENT);
    await expect(
      provider.getByText('OpenAPI 3.0.3, 1 operation'),
    ).toBeVisible();
    await provider.getByLabel('Backend of dev').fill(backend);
    for (const plan of ['Free', 'Basic']) {
      await provider.getByRole('checkbox', { name: plan }).press('Space');
    }
    await expectAccessible(provider);
    await provider.getByRole('button', { name: `Create ${API} 1.2.0` }).click();
    await expect(
      provider.getByRole('heading', { level: 1, name: TITLE }),
    ).toBeVisible();
    await expect(provider.getByText('Draft', { exact: true })).toBeVisible();
  });

  await test.step('2. publishing commits and deploys it to dev, step by step', async () => {
    await provider
      .getByRole('button', { name: `Publish ${API} 1.2.0` })
      .click();
    await provider
      .getByRole('dialog')
      .getByRole('button', { name: `Publish ${API} 1.2.0` })
      .click();
    await provider.waitForURL(/\/console\/acme-corp\/deployments\//);
    await expect(
      provider.locator('main header').getByText('Succeeded'),
    ).toBeVisible({ timeout: 30_000 });
    await expectAccessible(provider);

    await provider.goto(`/console/acme-corp/apis/${API}/versions`);
    await expect(
      provider.getByRole('rowheader', { name: '1.2.0', exact: true }),
    ).toBeVisible();
    await expectAccessible(provider);
  });

  await test.step('3. the consumer finds it and subscribes; the key waits', async () => {
    await consumer.goto('/portal/apis');
    await consumer.getByRole('searchbox', { name: 'Search APIs' }).fill(TITLE);
    await consumer.waitForURL(/q=/);
    await consumer.getByRole('link', { name: TITLE }).click();
    await expectAccessible(consumer);
    address = await consumer
      .getByRole('region', { name: 'Address dev' })
      .innerText();

    await consumer.getByRole('link', { name: 'Reference' }).click();
    await consumer.getByRole('button', { name: /customers/ }).click();
    await expect(consumer.getByText('Answers')).toBeVisible();
    await expectAccessible(consumer);

    await consumer.getByRole('link', { name: 'Subscribe' }).click();
    await consumer
      .getByRole('button', { name: 'Create an application' })
      .click();
    await consumer.getByLabel('Name').fill(APPLICATION);
    await consumer
      .getByRole('button', { name: `Create ${APPLICATION}` })
      .click();
    await consumer.waitForURL(/step=plan/);
    await consumer.getByRole('radio', { name: 'Free' }).press('Space');
    await expectAccessible(consumer);
    await consumer.getByRole('button', { name: 'Continue' }).click();
    await consumer.getByLabel('What is it for?').fill('Calling customers back');
    await consumer
      .getByRole('button', { name: `Subscribe ${APPLICATION} to ${TITLE}` })
      .click();

    await consumer.getByRole('button', { name: 'Show the key' }).click();
    await expectAccessible(consumer);
    key = await consumer.locator('[data-secret=visible]').innerText();
    expect(key).toMatch(/^stoa_sk_[A-Za-z0-9]{32}$/);
    await consumer.getByRole('button', { name: 'I have stored it' }).click();
    await consumer.waitForURL(/\/portal\/subscriptions\//);
    await expect(consumer.getByText(key)).toHaveCount(0);
    await expect(
      consumer.locator('main header').getByText('Pending'),
    ).toBeVisible();
    await expectAccessible(consumer);
    expect((await call()).status()).toBe(403);
  });

  await test.step('4. approved, the key works; over the limit it answers 429; revoked, it is dead', async () => {
    await provider.goto('/console/acme-corp/approvals');
    const row = provider.getByRole('row', { name: new RegExp(APPLICATION) });
    await expect(row).toBeVisible();
    await expectAccessible(provider);
    await row.getByRole('button', { name: /^Approve/ }).click();
    await expect(row).toHaveCount(0);

    // The consumer's page changes by itself.
    await expect(
      consumer.locator('main header').getByText('Active'),
    ).toBeVisible();
    await expect.poll(async () => (await call()).status()).toBe(200);

    let limited = await call();
    for (let n = 0; n < 40 && limited.status() !== 429; n++) {
      limited = await call();
    }
    expect(limited.status()).toBe(429);
    expect(Number(limited.headers()['retry-after'])).toBeGreaterThan(0);

    await provider.goto(`/console/acme-corp/apis/${API}/subscriptions`);
    await expectAccessible(provider);
    await provider
      .getByRole('button', { name: `Revoke: ${APPLICATION}` })
      .click();
    const dialog = provider.getByRole('dialog');
    await dialog.getByRole('textbox').fill('The contract has ended');
    await expectAccessible(provider);
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await expect(
      provider.getByRole('row', { name: new RegExp(APPLICATION) }),
    ).toContainText('Revoked');
    await expect
      .poll(async () => (await call()).status(), { timeout: 1_000 })
      .toBeGreaterThanOrEqual(401);
    expect((await call()).status()).toBeLessThanOrEqual(403);
  });

  await test.step('5. usage and audit tell both sides what happened', async () => {
    for (const [page, path] of [
      [provider, '/console/acme-corp/usage'],
      [consumer, '/portal/usage'],
    ] as const) {
      await expect(async () => {
        await page.goto(path);
        await expect(page.getByRole('rowheader').first()).toBeVisible({
          timeout: 3_000,
        });
        await expect(page.getByText(API).first()).toBeVisible({
          timeout: 1_000,
        });
      }).toPass({ timeout: 30_000 });
      await expectAccessible(page);
    }
    await provider.goto('/console/acme-corp/audit');
    await expect(
      provider.getByText('Decided on a subscription').first(),
    ).toBeVisible();
    await expectAccessible(provider);
  });

  await test.step('6. who reads French is told of it in French', async () => {
    const french = await signIn(browser, 'acme-admin', { locale: 'fr-FR' });
    await french.goto('/notifications');
    await expect(
      french.getByRole('link', {
        name: `Un abonnement à ${API} attend votre approbation`,
      }),
    ).toBeVisible();
    await french.goto('/settings');
    await expect(
      french.getByRole('heading', { level: 1, name: 'Réglages' }),
    ).toBeVisible();
    await expectAccessible(french);
    await french.goto(`/console/acme-corp/apis/${API}/deployments`);
    await french.getByRole('row', { name: new RegExp(API) }).click();
    await expect(french.getByText('Joignable à l’adresse')).toBeVisible();
  });
});

/** Where the demo's service listens on this machine, read off its API's page. */
async function backendOf(page: Page, api: string): Promise<string> {
  await page.goto(`/console/acme-corp/apis/${api}`);
  const backend = page.locator('dd code', { hasText: 'http' }).first();
  return backend.innerText();
}
