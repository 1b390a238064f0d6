import { join } from 'node:path';
import { Browser, expect, Page, test } from '@playwright/test';
import { signIn } from '../support/session';
import { newest, prepare, serverOf, TOOLS } from './demo';

const ROOT = join(__dirname, '../../../..');

/** Three looks of a page are kept; the narrow one is to be looked at. */
const folderOf = (look: string) =>
  join(ROOT, look === 'narrow' ? 'test-results/narrow' : 'docs/images');

const CONSUMER = {
  home: '/',
  catalogue: '/portal/apis',
  api: '/portal/apis/acme-corp/crm-api',
  reference: '/portal/apis/acme-corp/crm-api/reference',
  plans: '/portal/apis/acme-corp/crm-api/plans',
  code: '/portal/apis/acme-corp/crm-api/code',
  subscribe: '/portal/apis/acme-corp/crm-api/subscribe',
  servers: '/portal/servers',
  tools: '/portal/tools',
  applications: '/portal/applications',
  subscriptions: '/portal/subscriptions',
  usage: '/portal/usage',
};
const PROVIDER = {
  home: '/',
  apis: '/console/acme-corp/apis',
  api: '/console/acme-corp/apis/crm-api',
  'create-api': '/console/acme-corp/apis/new',
  tools: '/console/acme-corp/tools',
  toolset: `/console/acme-corp/tools/${TOOLS}`,
  'toolset-subscriptions': `/console/acme-corp/tools/${TOOLS}/subscriptions`,
  'create-tools': '/console/acme-corp/tools/new?api=crm-api',
  'edit-tools': `/console/acme-corp/tools/${TOOLS}/edit`,
  'api-tools': '/console/acme-corp/apis/inventory-api/tools',
  versions: '/console/acme-corp/apis/crm-api/versions',
  subscribers: '/console/acme-corp/apis/crm-api/subscriptions',
  'api-deployments': '/console/acme-corp/apis/crm-api/deployments',
  approvals: '/console/acme-corp/approvals',
  deployments: '/console/acme-corp/deployments',
  usage: '/console/acme-corp/usage',
  audit: '/console/acme-corp/audit',
};

const LOOKS = [
  { look: 'light', colorScheme: 'light', locale: 'en-GB', width: 1280 },
  { look: 'dark', colorScheme: 'dark', locale: 'en-GB', width: 1280 },
  { look: 'french', colorScheme: 'light', locale: 'fr-FR', width: 1280 },
  { look: 'narrow', colorScheme: 'light', locale: 'en-GB', width: 400 },
] as const;

test.setTimeout(600_000);

/** Pages of the demo's tools; their address holds an id that each installation makes. */
const pagesOf = ({ server, subscription, toolSubscription }: typeof demo) => ({
  server: `/portal/servers/${server}?tool=getItem`,
  connect: `/portal/servers/${server}/connect?client=VS+Code&way=key`,
  'server-plans': `/portal/servers/${server}/plans`,
  tool: `/portal/tools/${server}/listItems`,
  'tool-subscription': `/portal/subscriptions/tools/${toolSubscription}`,
  subscription: `/portal/subscriptions/${subscription}`,
  'entity-tools': `/catalog/acme-corp/api/${TOOLS}.mcp/mcp`,
});
const providersPages = ({ deployment }: typeof demo) => ({
  deployment: `/console/acme-corp/deployments/${deployment}`,
});
/** Who has not subscribed to them yet. */
const newcomerPages = (server: string) => ({
  'subscribe-tools': `/portal/servers/${server}/subscribe`,
});
const demo = {
  server: '',
  subscription: '',
  toolSubscription: '',
  deployment: '',
};

test.beforeAll(async ({ browser }) => {
  const consumer = await signIn(browser, 'consumer');
  const provider = await signIn(browser, 'acme-admin');
  await prepare(consumer, await signIn(browser, 'demo-admin'), provider);
  demo.server = await serverOf(consumer);
  demo.subscription = await newest(consumer, '/v1/subscriptions/my');
  demo.toolSubscription = await newest(consumer, '/v1/mcp/subscriptions/my');
  demo.deployment = await newest(
    provider,
    '/v1/deployments/history?tenant_id=acme-corp',
  );
});

for (const look of LOOKS) {
  test(`pictures, ${look.look}`, async ({ browser }) => {
    await signInPicture(browser, look);
    for (const [account, pages, prefix] of [
      ['consumer', { ...CONSUMER, ...pagesOf(demo) }, 'portal'],
      ['demo-viewer', newcomerPages(demo.server), 'portal'],
      ['acme-admin', { ...PROVIDER, ...providersPages(demo) }, 'console'],
    ] as const) {
      const page = await signIn(browser, account, optionsOf(look));
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await picture(page, `${prefix}-${name}`, look.look);
      }
    }
  });
}

async function signInPicture(browser: Browser, look: (typeof LOOKS)[number]) {
  const context = await browser.newContext(optionsOf(look));
  const page = await context.newPage();
  await page.goto('/');
  await picture(page, 'sign-in', look.look);
}

function optionsOf(look: (typeof LOOKS)[number]) {
  const { colorScheme, locale, width } = look;
  return { colorScheme, locale, viewport: { width, height: 800 } };
}

async function picture(page: Page, name: string, look: string) {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await expect(page.locator('.bui-Skeleton')).toHaveCount(0);
  await page.screenshot({
    path: join(folderOf(look), `${name}-${look}.png`),
    animations: 'disabled',
  });
}
