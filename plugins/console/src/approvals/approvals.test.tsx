import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { discoveryApiRef, fetchApiRef } from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { TenantContext } from '../frame/TenantContext';
import { ApprovalsPage } from './ApprovalsPage';

const TENANT = {
  id: 'acme-corp',
  name: 'ACME Corporation',
  permissions: {
    create_api: true,
    create_toolset: true,
    decide_subscription: true,
    deploy: true,
    read_audit: true,
  },
};
const COMMON = {
  plan: 'basic',
  subscriber_id: 'consumer',
  subscriber_name: 'Camille Consumer',
  permissions: { approve: true, reject: true },
};
const API_REQUEST = {
  ...COMMON,
  id: 'a1',
  application_name: 'Order desk',
  api_name: 'CRM',
  created_at: '2026-11-02T00:00:00Z',
};
const TOOL_REQUEST = {
  ...COMMON,
  id: 't1',
  server_name: 'CRM tools',
  tools: ['list', 'get'],
  created_at: '2026-11-01T00:00:00Z',
};

/** A control plane that takes a request off its list once it is decided. */
function controlPlane() {
  const waiting = new Map<string, object[]>([
    ['/v1/subscriptions', [API_REQUEST]],
    ['/v1/mcp/subscriptions', [TOOL_REQUEST]],
  ]);
  const decided: { path: string; body?: string }[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    const path = url.replace('http://cp', '');
    const base = /^\/v1\/(mcp\/)?subscriptions/.exec(path)?.[0] ?? '';
    if (init.method === 'POST') {
      decided.push({ path, body: init.body as string | undefined });
      waiting.set(base, []);
    }
    return new Response(JSON.stringify({ items: waiting.get(base) }), {
      headers: { 'content-type': 'application/json' },
    });
  };
  return { decided, fetch: fetch as unknown as typeof window.fetch };
}

async function start() {
  const { decided, fetch } = controlPlane();
  renderInTestApp(
    <TenantContext.Provider value={TENANT}>
      <ApprovalsPage />
    </TenantContext.Provider>,
    {
      apis: [
        [fetchApiRef, { fetch }],
        [discoveryApiRef, { getBaseUrl: async () => 'http://cp' }],
      ],
    },
  );
  await screen.findByText('Order desk');
  return { decided, user: userEvent.setup() };
}

describe('approvals', () => {
  it('shows requests for APIs and for tools, the longest waiting first, and approves both at once', async () => {
    const { decided, user } = await start();
    // Without a width, as here, rows are cards.
    const [tools, api] = screen.getAllByRole('listitem');
    expect(tools).toHaveTextContent('Camille ConsumerTo useCRM tools2 tools');
    expect(api).toHaveTextContent('Order deskTo useCRM');

    await user.click(within(tools).getByRole('checkbox'));
    await user.click(within(api).getByRole('checkbox'));
    await user.click(screen.getByRole('button', { name: 'Approve 2' }));
    expect(await screen.findByText('Nothing is waiting')).toBeVisible();
    expect(decided.map(({ path }) => path).sort()).toEqual([
      '/v1/mcp/subscriptions/t1/approve',
      '/v1/subscriptions/a1/approve',
    ]);
  });

  it('rejects tools with a reason', async () => {
    const { decided, user } = await start();
    await user.click(
      screen.getByRole('button', {
        name: 'Reject: Camille Consumer, CRM tools',
      }),
    );
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByRole('textbox'), 'Too many');
    await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
    await waitFor(() => expect(decided).toHaveLength(1));
    expect(decided[0].path).toBe('/v1/mcp/subscriptions/t1/reject');
    expect(JSON.parse(decided[0].body ?? '')).toEqual({ reason: 'Too many' });
  });
});
