import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { discoveryApiRef, fetchApiRef } from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { Subscriptions } from '../apis/detail/Subscriptions';
import { Api } from '../apis/types';

const API = {
  id: 'crm-id',
  tenant_id: 'acme-corp',
  api_id: 'crm',
  display_name: 'CRM',
} as Api;
const ACTIVE = { suspend: true, reactivate: false, revoke: true };
const SUSPENDED = { suspend: false, reactivate: true, revoke: true };

/** One subscription that is suspended and given back. */
function start() {
  const sent: { path: string; body: string | undefined }[] = [];
  let row = {
    id: 's1',
    application_name: 'Order desk',
    subscriber_id: 'consumer',
    plan: 'basic',
    api_key_prefix: 'stoa_sk_aB3c',
    status: 'active',
    created_at: '2026-11-01T00:00:00Z',
    permissions: ACTIVE,
  };
  const fetch = async (url: string, init: RequestInit) => {
    const path = new URL(url).pathname;
    if (init.method === 'POST') {
      sent.push({ path, body: init.body as string | undefined });
      row = path.endsWith('/suspend')
        ? { ...row, status: 'suspended', permissions: SUSPENDED }
        : { ...row, status: 'active', permissions: ACTIVE };
    }
    return new Response(
      JSON.stringify(init.method === 'POST' ? row : { items: [row] }),
      { headers: { 'content-type': 'application/json' } },
    );
  };
  renderInTestApp(<Subscriptions api={API} />, {
    apis: [
      [fetchApiRef, { fetch: fetch as unknown as typeof window.fetch }],
      [discoveryApiRef, { getBaseUrl: async () => 'http://cp' }],
    ],
  });
  return { sent, user: userEvent.setup() };
}

describe('subscribers of an API', () => {
  it('are suspended with a reason, and given access again without one', async () => {
    const { sent, user } = start();
    await user.click(
      await screen.findByRole('button', { name: 'Suspend: Order desk' }),
    );
    let dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByRole('button', { name: 'Suspend' })).toBeDisabled();
    await user.type(dialog.getByRole('textbox'), 'Unpaid');
    await user.click(dialog.getByRole('button', { name: 'Suspend' }));

    const giveBack = await screen.findByRole('button', {
      name: 'Give back: Order desk',
    });
    expect(
      screen.queryByRole('button', { name: 'Suspend: Order desk' }),
    ).toBeNull();
    await user.click(giveBack);
    dialog = within(await screen.findByRole('dialog'));
    expect(dialog.queryByRole('textbox')).toBeNull();
    await user.click(dialog.getByRole('button', { name: 'Give back' }));
    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent).toEqual([
      {
        path: '/v1/subscriptions/s1/suspend',
        body: JSON.stringify({ reason: 'Unpaid' }),
      },
      { path: '/v1/subscriptions/s1/reactivate', body: undefined },
    ]);
  });
});
