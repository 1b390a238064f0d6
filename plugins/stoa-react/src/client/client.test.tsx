import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { discoveryApiRef, fetchApiRef } from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { ErrorPanel } from '../state/ErrorPanel';
import { unwrap } from './Problem';
import { useAction } from './useAction';
import { usePages } from './usePages';
import { useStoaClient } from './useStoaClient';

const CONTROL_PLANE = 'http://localhost:7007/api/control-plane';

function apisWith(fetch: jest.Mock) {
  return [
    [fetchApiRef, { fetch }],
    [discoveryApiRef, { getBaseUrl: async () => CONTROL_PLANE }],
  ] as const;
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}

function Applications() {
  const client = useStoaClient();
  const pages = usePages('applications', (cursor, signal) =>
    unwrap(
      client.GET('/v1/applications', {
        params: { query: { limit: 2, cursor } },
        signal,
      }),
    ),
  );
  const create = useAction((name: string) =>
    unwrap(client.POST('/v1/applications', { body: { name } })),
  );
  return (
    <>
      <ul>
        {pages.data?.map(item => (
          <li key={item.id}>{item.name}</li>
        ))}
      </ul>
      {pages.hasMore && (
        <button type="button" onClick={pages.more}>
          more
        </button>
      )}
      <button type="button" onClick={pages.reload}>
        reload
      </button>
      <button type="button" onClick={() => create.run('Order desk')}>
        create
      </button>
      {create.error && <ErrorPanel error={create.error} />}
    </>
  );
}

describe('the client and its hooks', () => {
  it('pages by cursor, keeps the length on reload, and shows the problem of a write', async () => {
    const user = userEvent.setup();
    const fetch = jest.fn(async (url: string, init: RequestInit) => {
      if (init.method === 'POST') {
        return json(
          {
            error: {
              code: 'stoa.tenant.quota_exceeded',
              message: 'Ten applications are allowed.',
              correlation_id: 'c-1',
            },
          },
          409,
        );
      }
      return url.includes('cursor=2')
        ? json({ items: [{ id: '3', name: 'third' }] })
        : json({
            items: [
              { id: '1', name: 'first' },
              { id: '2', name: 'second' },
            ],
            next_cursor: '2',
          });
    });
    renderInTestApp(<Applications />, { apis: [...apisWith(fetch)] });

    expect(await screen.findAllByRole('listitem')).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'more' }));
    expect(await screen.findByText('third')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'more' })).toBeNull();

    const before = fetch.mock.calls.length;
    await user.click(screen.getByRole('button', { name: 'reload' }));
    await waitFor(() => expect(fetch.mock.calls).toHaveLength(before + 2));
    expect(screen.getAllByRole('listitem')).toHaveLength(3);

    await user.click(screen.getByRole('button', { name: 'create' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The organisation has reached its limit');
    expect(alert).toHaveTextContent('Ten applications are allowed.');

    const [url, init] = fetch.mock.calls[fetch.mock.calls.length - 1];
    expect(url).toBe(`${CONTROL_PLANE}/v1/applications`);
    expect(JSON.parse(String(init.body))).toEqual({ name: 'Order desk' });
  });
});
