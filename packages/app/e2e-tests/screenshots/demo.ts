import { APIRequestContext, Page } from '@playwright/test';

/** The tools that the demo brings. */
export const TOOLS = 'inventory-tools';

/** The control plane with the session of whoever is signed in on a page. */
export async function controlPlane(page: Page): Promise<{
  post: (path: string, body?: object) => Promise<Record<string, never>>;
  get: (
    path: string,
  ) => Promise<{ items: { id: string; name: string; slug: string }[] }>;
}> {
  const asked = page.waitForRequest(/\/api\/control-plane\/v1\//);
  await page.reload();
  const { authorization } = (await asked).headers();
  const options = { headers: { authorization } };
  const request: APIRequestContext = page.request;
  return {
    post: async (path, data) => {
      const answer = await request.post(`/api/control-plane${path}`, {
        ...options,
        ...(data ? { data } : {}),
      });
      return answer.json();
    },
    get: async path =>
      (await request.get(`/api/control-plane${path}`, options)).json(),
  };
}

/**
 * Something to see: an application with one approved subscription that has
 * been used and one that waits; tools that have been called, and that a
 * colleague asks for. Run again, it finds all of that there.
 */
export async function prepare(
  consumer: Page,
  colleague: Page,
  provider: Page,
): Promise<void> {
  const mine = await controlPlane(consumer);
  const theirs = await controlPlane(provider);
  const colleagues = await controlPlane(colleague);
  const known = await mine.get('/v1/applications?limit=100');
  if (known.items.some(({ name }) => name === 'Order desk')) return;
  const application = await mine.post('/v1/applications', {
    name: 'Order desk',
    description: 'Looks customers up while they are on the phone',
  });
  const subscribe = (api: string, plan: string, reason: string) =>
    mine.post('/v1/subscriptions', {
      application_id: application.id,
      tenant_id: 'acme-corp',
      api_id: api,
      plan,
      reason,
    });
  await subscribe('inventory-api', 'free', 'Is it in stock?');
  const crm = await subscribe('crm-api', 'basic', 'Names and orders');
  const { id } = crm.subscription as { id: string };
  await theirs.post(`/v1/subscriptions/${id}/approve`);
  const server = await serverOf(consumer);
  const asked = await mine.post('/v1/mcp/subscriptions', {
    server_id: server,
    plan: 'basic',
    reason: 'Answering “is it in stock?” in the chat',
  });
  const tools = asked.subscription as { id: string };
  await theirs.post(`/v1/mcp/subscriptions/${tools.id}/approve`);
  await colleagues.post('/v1/mcp/subscriptions', {
    server_id: server,
    plan: 'free',
    tools: ['listItems', 'getItem'],
    reason: 'An assistant for the service desk',
  });
  for (let n = 0; n < 8; n++) {
    await consumer.request.post(
      `/mcp/v1/tools/acme-corp__${TOOLS}__listItems/invoke`,
      {
        headers: { authorization: `Bearer ${String(asked.api_key)}` },
        data: { arguments: { limit: 5 } },
      },
    );
  }
  for (let n = 0; n < 24; n++) {
    await consumer.request.get(
      '/gateway/dev/acme-corp/crm-api/1.2.0/customers',
      {
        headers: { 'X-API-Key': String(crm.api_key) },
      },
    );
  }
}

/** The id of the newest of a list. */
export async function newest(page: Page, path: string): Promise<string> {
  const { get } = await controlPlane(page);
  const { items } = await get(path);
  return items[0].id;
}

/** The demo's MCP server. */
export async function serverOf(page: Page): Promise<string> {
  const { get } = await controlPlane(page);
  const { items } = await get('/v1/portal/servers?limit=100');
  const found = items.find(({ slug }) => slug === TOOLS);
  if (!found) throw new Error(`no MCP server ${TOOLS}`);
  return found.id;
}
