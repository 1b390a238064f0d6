import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router-dom';
import { discoveryApiRef, fetchApiRef } from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { TenantContext } from '../frame/TenantContext';
import { DeploymentPage } from './DeploymentPage';

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
const NOTHING = {
  approve: false,
  cancel: false,
  rollback: false,
  promote: false,
};
const WAITING = {
  id: 'd2',
  tenant_id: 'acme-corp',
  api_id: 'crm',
  version: '1.2.0',
  environment: 'production',
  status: 'pending',
  requested_by: 'Dana Devops',
  requires_approval: true,
  promoted_from: 'd1',
  correlation_id: 'c1',
  created_at: '2026-11-02T00:00:00Z',
  permissions: { ...NOTHING, approve: true, cancel: true },
};
const RUNNING_IN_DEV = {
  ...WAITING,
  id: 'd1',
  environment: 'dev',
  status: 'success',
  requires_approval: false,
  promoted_from: undefined,
  permissions: { ...NOTHING, rollback: true, promote: true },
};

/** A control plane that answers every move with `after`. */
function start(deployment: object & { id: string }, after: object) {
  const moves: string[] = [];
  const answers: Record<string, object> = {
    [`/v1/deployments/${deployment.id}`]: deployment,
    [`/v1/deployments/${deployment.id}/trace`]: { steps: [] },
    [`/v1/deployments/${deployment.id}/logs`]: {
      items: [
        { at: '2026-11-02T00:00:00Z', level: 'info', message: 'Asked for' },
      ],
    },
    '/v1/tenants/acme-corp/apis/crm': {
      environments: [{ name: 'production' }, { name: 'dev' }],
    },
  };
  const fetch = async (url: string, init: RequestInit) => {
    const path = new URL(url).pathname;
    if (init.method === 'POST') {
      moves.push(path);
      answers[`/v1/deployments/${deployment.id}`] = after;
    }
    return new Response(
      JSON.stringify(init.method === 'POST' ? after : answers[path] ?? {}),
      { headers: { 'content-type': 'application/json' } },
    );
  };
  renderInTestApp(
    <TenantContext.Provider value={TENANT}>
      <Routes>
        <Route path="/at/:id" element={<DeploymentPage />} />
        <Route path="*" element={<p>Elsewhere</p>} />
      </Routes>
    </TenantContext.Provider>,
    {
      initialRouteEntries: [`/at/${deployment.id}`],
      apis: [
        [fetchApiRef, { fetch: fetch as unknown as typeof window.fetch }],
        [discoveryApiRef, { getBaseUrl: async () => 'http://cp' }],
      ],
    },
  );
  return { moves, user: userEvent.setup() };
}

const button = (name: string) => screen.queryByRole('button', { name });

describe('a deployment', () => {
  it('that waits says who asked and where it comes from, and is approved by a second person', async () => {
    const { moves, user } = start(WAITING, {
      ...WAITING,
      status: 'running',
      approved_by: 'Ada Admin',
      approved_at: '2026-11-02T00:01:00Z',
      permissions: NOTHING,
    });
    expect(await screen.findByText(/^Dana Devops asked for it/)).toBeVisible();
    expect(
      screen.getByRole('link', { name: 'See that deployment' }),
    ).toHaveAttribute('href', '/console/acme-corp/deployments/d1');
    expect(await screen.findByText(/Asked for$/)).toBeVisible();
    expect(button('Roll back')).toBeNull();
    expect(button('Promote to production')).toBeNull();

    await user.click(button('Approve')!);
    const dialog = await screen.findByRole('dialog');
    expect(moves).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText('Ada Admin')).toBeVisible();
    expect(screen.queryByText('Waits for approval')).toBeNull();
    expect(button('Approve')).toBeNull();
    expect(moves).toEqual(['/v1/deployments/d2/approve']);
  });

  it('that runs is promoted to the next environment of its API, which it leads to', async () => {
    const { moves, user } = start(RUNNING_IN_DEV, WAITING);
    await user.click(
      await screen.findByRole('button', { name: 'Promote to production' }),
    );
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('approved by a second person');
    await user.click(
      within(dialog).getByRole('button', { name: 'Promote to production' }),
    );
    expect(await screen.findByText('Elsewhere')).toBeVisible();
    expect(moves).toEqual(['/v1/deployments/d1/promote']);
  });

  it.each([
    ['Cancel deployment', WAITING, 'cancel'],
    ['Roll back', RUNNING_IN_DEV, 'rollback'],
  ])('%s: asks first', async (name, deployment, move) => {
    const { moves, user } = start(deployment, {
      ...deployment,
      permissions: NOTHING,
    });
    await user.click(await screen.findByRole('button', { name }));
    let dialog = await screen.findByRole('dialog');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(moves).toEqual([]);

    await user.click(button(name)!);
    dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name }));
    await waitFor(() => expect(button(name)).toBeNull());
    expect(moves).toEqual([`/v1/deployments/${deployment.id}/${move}`]);
  });
});
