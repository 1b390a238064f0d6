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

const TOOL_CALL = {
  id: 'c1',
  tenant_id: 'acme-corp',
  server_id: 's1',
  server_name: 'CRM tools',
  tool: 'deletecustomer',
  subject: 'consumer',
  subject_name: 'Camille Consumer',
  arguments: { id: 42 },
  arguments_hash: 'a'.repeat(64),
  destructive: true,
  status: 'pending',
  created_at: '2026-11-02T00:00:00Z',
  expires_at: '2026-11-02T00:10:00Z',
  permissions: { approve: true, deny: true },
};

/** A control plane that takes requests off its lists once they are decided, but for those that fail. */
function controlPlane(failing: readonly string[], calls: readonly object[]) {
  let held = calls;
  const waiting = new Map<string, { readonly id: string }[]>([
    ['/v1/subscriptions', [API_REQUEST]],
    ['/v1/mcp/subscriptions', [TOOL_REQUEST]],
  ]);
  const decided: { path: string; body: object }[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    const path = url.replace('http://cp', '');
    if (path.startsWith('/v1/mcp/approvals')) {
      if (init.method === 'POST') {
        decided.push({ path, body: JSON.parse(String(init.body ?? '{}')) });
        held = [];
      }
      return new Response(JSON.stringify({ ...TOOL_CALL, items: held }), {
        headers: { 'content-type': 'application/json' },
      });
    }
    const base = /^\/v1\/(mcp\/)?subscriptions/.exec(path)?.[0] ?? '';
    let items: object[] = waiting.get(base) ?? [];
    if (init.method === 'POST') {
      const body: { ids: string[] } = JSON.parse(String(init.body));
      decided.push({ path, body });
      waiting.set(
        base,
        waiting.get(base)!.filter(({ id }) => failing.includes(id)),
      );
      items = body.ids.map(id =>
        failing.includes(id)
          ? {
              id,
              error: {
                code: 'stoa.subscription.illegal_transition',
                message: 'It was withdrawn.',
              },
            }
          : { id, status: 'active' },
      );
    }
    return new Response(JSON.stringify({ items }), {
      headers: { 'content-type': 'application/json' },
    });
  };
  return { decided, fetch: fetch as unknown as typeof window.fetch };
}

async function start(
  failing: readonly string[] = [],
  calls: readonly object[] = [],
) {
  const { decided, fetch } = controlPlane(failing, calls);
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
    expect(await screen.findByText('No request is waiting')).toBeVisible();
    expect(decided).toEqual([
      {
        path: '/v1/subscriptions/tenant/acme-corp/decide',
        body: { decision: 'approve', ids: ['a1'] },
      },
      {
        path: '/v1/mcp/subscriptions/tenant/acme-corp/decide',
        body: { decision: 'approve', ids: ['t1'] },
      },
    ]);
  });

  it('rejects many with one reason, and says of each that failed what became of it', async () => {
    const { decided, user } = await start(['t1']);
    for (const box of within(screen.getByRole('list')).getAllByRole(
      'checkbox',
    )) {
      await user.click(box);
    }
    await user.click(screen.getByRole('button', { name: 'Reject 2' }));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByRole('textbox'), 'Not now');
    await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
    expect(
      await screen.findByText('Camille Consumer → CRM tools'),
    ).toBeVisible();
    expect(screen.getByText(/It was withdrawn/)).toBeVisible();
    expect(screen.queryByText('Order desk → CRM')).toBeNull();
    expect(decided.map(({ body }) => body)).toEqual([
      { decision: 'reject', ids: ['a1'], reason: 'Not now' },
      { decision: 'reject', ids: ['t1'], reason: 'Not now' },
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
    expect(decided[0]).toEqual({
      path: '/v1/mcp/subscriptions/tenant/acme-corp/decide',
      body: { decision: 'reject', ids: ['t1'], reason: 'Too many' },
    });
  });

  it('holds calls of tools with what they would do, until somebody lets them through', async () => {
    const { decided, user } = await start([], [TOOL_CALL]);
    expect(screen.getByText('Calls of tools')).toBeVisible();
    expect(screen.getByText(/"id": 42/)).toBeVisible();
    await user.click(
      screen.getByRole('button', {
        name: 'Approve: deletecustomer, Camille Consumer',
      }),
    );
    await waitFor(() =>
      expect(screen.queryByText('Calls of tools')).toBeNull(),
    );
    expect(decided).toEqual([
      { path: '/v1/mcp/approvals/c1/approve', body: {} },
    ]);
  });

  it('refuses calls of tools with a reason, also one’s own', async () => {
    const own = { ...TOOL_CALL, permissions: { approve: false, deny: true } };
    const { decided, user } = await start([], [own]);
    expect(screen.getByText(/^Your own call of a tool/)).toBeVisible();
    await user.click(
      screen.getByRole('button', {
        name: 'Reject: deletecustomer, Camille Consumer',
      }),
    );
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByRole('textbox'), 'Open orders');
    await user.click(within(dialog).getByRole('button', { name: 'Reject' }));
    await waitFor(() => expect(decided).toHaveLength(1));
    expect(decided[0]).toEqual({
      path: '/v1/mcp/approvals/c1/deny',
      body: { note: 'Open orders' },
    });
  });
});
