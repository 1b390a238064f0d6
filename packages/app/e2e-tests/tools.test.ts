import { APIRequestContext, expect, Page, test } from '@playwright/test';
import { expectAccessible } from './support/accessible';
import { signIn } from './support/session';

/** A set of tools that is new in every run, made of an API that the demo has. */
const RUN = Date.now().toString(36);
const NAME = `Customer tools ${RUN}`;
const ID = `customer-tools-${RUN}`;
const WORDS = 'Search customers by a part of their name. Start here.';

test('from an API to a tool that a person and a program call', async ({
  browser,
  request,
}) => {
  const provider = await signIn(browser, 'acme-admin');
  const consumer = await signIn(browser, 'consumer');
  const address = `/mcp/t/acme-corp/${ID}`;
  let key = '';

  await test.step('1. the provider ticks two operations, sees what a model will see, and saves', async () => {
    await provider.goto('/console/acme-corp/apis/crm-api');
    await provider.getByRole('link', { name: 'Offer as tools' }).click();
    await provider.waitForURL(/\/tools\/new\?api=crm-api/);
    await provider.getByRole('option', { name: /List customers/ }).click();
    // The keyboard does it as well.
    await provider
      .getByRole('searchbox', { name: /^Filter/ })
      .fill('get a customer');
    await provider.getByRole('listbox').focus();
    await provider.keyboard.press('Space');
    await expect(provider.getByText(/^2 of \d+ ticked$/)).toBeVisible();

    const seen = provider.getByRole('region', {
      name: 'What the model will see',
    });
    await expect(seen.getByRole('listitem')).toHaveCount(2);
    await seen.getByRole('button', { name: /^listCustomers/ }).click();
    await seen.getByLabel('Another description').fill(WORDS);
    await expect(seen.getByText(WORDS).last()).toBeVisible();
    await provider.getByLabel('Prefix of the names').fill('crm_');
    await expect(
      seen.getByRole('button', { name: /^crm_getCustomer/ }),
    ).toBeVisible();

    await provider
      .getByRole('textbox', { name: 'Name', exact: true })
      .fill(NAME);
    await provider.getByRole('textbox', { name: /^Id/ }).fill(ID);
    await provider
      .getByRole('radio', { name: 'Everybody who is signed in' })
      .press('Space');
    await expectAccessible(provider);
    await provider.getByRole('button', { name: 'Create tools (2)' }).click();
    await expect(
      provider.getByRole('heading', { level: 1, name: NAME }),
    ).toBeVisible();
    await expect(
      provider.locator('main header').getByText('Active'),
    ).toBeVisible();
    await expectAccessible(provider);
  });

  await test.step('2. the consumer finds the tools, cannot call them yet, and subscribes', async () => {
    await consumer.goto('/portal/tools');
    await consumer
      .getByRole('searchbox', { name: 'Search tools' })
      .fill('customers by a part');
    await consumer.waitForURL(/q=/);
    await consumer
      .getByRole('article')
      .filter({ hasText: NAME })
      .getByRole('link', { name: 'crm_listCustomers' })
      .click();
    await expect(consumer.getByText('Subscribe to try it')).toBeVisible();
    await expectAccessible(consumer);

    await consumer.goto('/portal/servers');
    await consumer
      .getByRole('searchbox', { name: 'Search MCP servers' })
      .fill(NAME);
    await consumer.waitForURL(/q=/);
    await expectAccessible(consumer);
    await consumer.getByRole('link', { name: NAME }).click();
    await consumer.getByRole('button', { name: /^crm_getCustomer/ }).click();
    await expect(
      consumer.getByRole('row', { name: /^customer_id/ }),
    ).toBeVisible();
    await expectAccessible(consumer);

    await consumer.getByRole('link', { name: 'Connect', exact: true }).click();
    await consumer.getByRole('radio', { name: 'Cursor' }).click();
    await consumer.getByRole('radio', { name: 'Send a key' }).click();
    await expect(
      consumer.getByRole('region', { name: '~/.cursor/mcp.json' }),
    ).toContainText(`${address}"`);
    await expectAccessible(consumer);

    await consumer.getByRole('link', { name: 'Subscribe' }).click();
    await consumer.getByRole('radio', { name: 'Free' }).press('Space');
    await consumer.getByRole('radio', { name: 'Only these' }).press('Space');
    await consumer
      .getByRole('checkbox', { name: /crm_listCustomers/ })
      .press('Space');
    await consumer
      .getByRole('textbox', { name: 'What is it for?' })
      .fill('Answering support tickets');
    await expectAccessible(consumer);
    await consumer
      .getByRole('button', { name: `Subscribe to ${NAME}` })
      .click();

    await consumer.getByRole('button', { name: 'Show the key' }).click();
    key = await consumer.locator('[data-secret=visible]').innerText();
    expect(key).toMatch(/^stoa_mcp_[A-Za-z0-9]{32}$/);
    await expectAccessible(consumer);
    await consumer.getByRole('button', { name: 'I have stored it' }).click();
    await consumer.waitForURL(/\/portal\/subscriptions\/tools\//);
    await expect(
      consumer.locator('main header').getByText('Pending'),
    ).toBeVisible();
    await expect(consumer.getByText(key)).toHaveCount(0);
    await expectAccessible(consumer);
  });

  await test.step('3. the provider approves; the consumer’s page changes by itself', async () => {
    await provider.goto('/console/acme-corp/approvals');
    const row = provider.getByRole('row').filter({ hasText: NAME });
    await expect(row).toContainText('1 tool');
    await expectAccessible(provider);
    await row.getByRole('button', { name: /^Approve/ }).click();
    await expect(row).toHaveCount(0);
    await expect(
      consumer.locator('main header').getByText('Active'),
    ).toBeVisible();
  });

  await test.step('4. the consumer tries the tool, and a program calls it with the key', async () => {
    await consumer.getByRole('link', { name: 'crm_listCustomers' }).click();
    await consumer.getByLabel('limit').fill('2');
    await consumer
      .getByRole('button', { name: 'Call crm_listCustomers' })
      .click();
    const result = consumer.getByRole('region', { name: 'Result' });
    await expect(result.getByText('Answered')).toBeVisible();
    await expect(
      result.getByRole('region', { name: 'Structured content' }),
    ).toContainText('"items"');
    await expectAccessible(consumer);

    await consumer.getByLabel('limit').fill('1000');
    await consumer
      .getByRole('button', { name: 'Call crm_listCustomers' })
      .click();
    await expect(result.getByText('The tool reports an error')).toBeVisible();

    const tools = await listed(request, address, key);
    expect(tools).toEqual(['crm_listCustomers']);
  });

  await test.step('5. revoked, key and person are refused', async () => {
    await provider.goto(`/console/acme-corp/tools/${ID}/subscriptions`);
    await expectAccessible(provider);
    await provider.getByRole('button', { name: /^Revoke: / }).click();
    const dialog = provider.getByRole('dialog');
    await dialog.getByRole('textbox').fill('The contract has ended');
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await expect(
      provider.getByRole('row').filter({ hasText: 'Revoked' }),
    ).toBeVisible();
    await expect
      .poll(() => listed(request, address, key), { timeout: 1_000 })
      .toBeUndefined();
    await expect(consumer.getByText('Subscribe to try it')).toBeVisible();
  });

  await test.step('6. usage tells both sides of the tool', async () => {
    await sees(provider, '/console/acme-corp/usage', `${ID}/crm_listCustomers`);
    await sees(consumer, '/portal/usage', `${ID}/crm_listCustomers`);
  });

  await test.step('7. the catalog shows the tools where other APIs have their document', async () => {
    await sees(
      consumer,
      `/catalog/acme-corp/api/${ID}.mcp/mcp`,
      'crm_getCustomer',
    );
    await expect(consumer.getByRole('tab', { name: 'Definition' })).toHaveCount(
      0,
    );
  });

  await test.step('8. what nobody uses can be deleted', async () => {
    await provider.goto(`/console/acme-corp/tools/${ID}`);
    await provider.getByRole('button', { name: 'Delete' }).click();
    const dialog = provider.getByRole('dialog');
    await expect(dialog).toContainText('Its 2 tools disappear');
    await expectAccessible(provider);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await provider.waitForURL(/\/console\/acme-corp\/tools$/);
    await expect(
      provider.getByRole('row').filter({ hasText: NAME }),
    ).toHaveCount(0);
  });
});

/** Names of the tools at an MCP server's address; nothing when the key is refused. */
async function listed(
  request: APIRequestContext,
  address: string,
  key: string,
): Promise<string[] | undefined> {
  const answer = await request.post(address, {
    headers: { authorization: `Bearer ${key}` },
    data: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
  });
  if (!answer.ok()) return undefined;
  const { result } = await answer.json();
  return result.tools.map((tool: { name: string }) => tool.name);
}

/** Figures take some seconds to arrive. */
async function sees(page: Page, path: string, text: string): Promise<void> {
  await expect(async () => {
    await page.goto(path);
    await expect(page.getByText(text).first()).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
  await expectAccessible(page);
}
