import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router-dom';
import { discoveryApiRef, fetchApiRef } from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { SubscriptionPage } from './SubscriptionPage';
import { ToolSubscriptionPage } from './ToolSubscriptionPage';

const NEW_KEY = 'stoa_sk_new0aB3cD4eF5gH6iJ7kL8mN9oP0qR1s';
const UNTIL = '2026-11-30T10:00:00Z';
const SUBSCRIPTION = {
  id: 's1',
  application_id: 'app',
  application_name: 'Order desk',
  tenant_id: 'acme-corp',
  api_id: 'crm',
  api_name: 'CRM',
  server_id: 'm1',
  server_slug: 'crm-tools',
  server_name: 'CRM tools',
  tools: 'all',
  subscriber_id: 'consumer',
  plan: 'basic',
  rate_limit: 60,
  api_key_prefix: 'stoa_sk_old0',
  status: 'active',
  expires_at: '2026-12-01T00:00:00Z',
  created_at: '2026-11-01T00:00:00Z',
};
const PERMISSIONS = { cancel: true, rotate: true, extend: true };

interface Sent {
  readonly path: string;
  readonly key: string | null;
  readonly body: object;
}

/** A control plane where a key can be replaced and a subscription be extended once. */
function start(permissions = PERMISSIONS) {
  const sent: Sent[] = [];
  let subscription: object = { ...SUBSCRIPTION, permissions };
  const fetch = async (url: string, init: RequestInit) => {
    const path = new URL(url).pathname;
    let answer: object = path.endsWith('/history')
      ? { items: [] }
      : subscription;
    if (init.method === 'POST') {
      sent.push({
        path,
        key: new Headers(init.headers).get('Idempotency-Key'),
        body: JSON.parse(String(init.body)),
      });
      const rotates = path.endsWith('/rotate-key');
      subscription = {
        ...subscription,
        ...(rotates && { old_key_expires_at: UNTIL }),
        permissions: { ...permissions, rotate: false, extend: false },
      };
      answer = rotates
        ? {
            subscription_id: 's1',
            new_api_key: NEW_KEY,
            old_key_expires_at: UNTIL,
          }
        : subscription;
    }
    return new Response(JSON.stringify(answer), {
      headers: { 'content-type': 'application/json' },
    });
  };
  return { sent, fetch: fetch as unknown as typeof window.fetch };
}

function open(page: JSX.Element, fetch: typeof window.fetch) {
  renderInTestApp(
    <Routes>
      <Route path="/at/:id" element={page} />
    </Routes>,
    {
      initialRouteEntries: ['/at/s1'],
      apis: [
        [fetchApiRef, { fetch }],
        [discoveryApiRef, { getBaseUrl: async () => 'http://cp' }],
      ],
    },
  );
  return userEvent.setup();
}

describe('the page of a subscription', () => {
  it.each([
    ['an API', <SubscriptionPage />, '/v1/subscriptions'],
    ['tools', <ToolSubscriptionPage />, '/v1/mcp/subscriptions'],
  ])(
    'to %s replaces the key, shows the new one once, and says how long the old one works',
    async (_, page, path) => {
      const { sent, fetch } = start();
      const user = open(page, fetch);
      await user.click(
        await screen.findByRole('button', { name: 'Replace the key' }),
      );
      const dialog = within(await screen.findByRole('dialog'));
      expect(
        dialog.getByRole('radio', { name: '24 more hours' }),
      ).toBeChecked();
      await user.click(dialog.getByRole('radio', { name: '7 more days' }));
      await user.click(dialog.getByRole('button', { name: 'Replace the key' }));

      await user.click(await screen.findByRole('button', { name: /^Show/ }));
      expect(screen.getByText(NEW_KEY)).toBeVisible();
      expect(screen.getByText(/^Your old key works until/)).toBeVisible();
      expect(sent).toEqual([
        {
          path: `${path}/s1/rotate-key`,
          key: expect.stringMatching(/^\w{32}$/),
          body: { grace_period_hours: 168 },
        },
      ]);

      await user.click(screen.getByRole('button', { name: /stored/ }));
      await waitFor(() => expect(screen.queryByText(NEW_KEY)).toBeNull());
      // Without the key the note stays, for as long as the old one works.
      expect(screen.getByText(/^Your old key works until/)).toHaveTextContent(
        '2026',
      );
      expect(
        screen.queryByRole('button', { name: 'Replace the key' }),
      ).toBeNull();
    },
  );

  it.each([
    ['an API', <SubscriptionPage />, '/v1/subscriptions'],
    ['tools', <ToolSubscriptionPage />, '/v1/mcp/subscriptions'],
  ])('to %s puts its end off', async (_, page, path) => {
    const { sent, fetch } = start();
    const user = open(page, fetch);
    await user.click(await screen.findByRole('button', { name: 'Extend' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('radio', { name: '14 days' }));
    await user.click(dialog.getByRole('button', { name: 'Extend' }));
    await waitFor(() =>
      expect(screen.queryByRole('button', { name: 'Extend' })).toBeNull(),
    );
    expect(sent).toMatchObject([
      { path: `${path}/s1/extend`, body: { extend_days: 14 } },
    ]);
  });

  it('offers neither to those who may not', async () => {
    const { fetch } = start({ cancel: true, rotate: false, extend: false });
    open(<SubscriptionPage />, fetch);
    await screen.findByRole('button', { name: 'Cancel subscription' });
    expect(screen.queryByRole('button', { name: 'Extend' })).toBeNull();
    expect(
      screen.queryByRole('button', { name: 'Replace the key' }),
    ).toBeNull();
  });
});
