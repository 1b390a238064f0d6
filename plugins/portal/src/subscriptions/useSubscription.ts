import {
  LIVE,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

/** A request that waits is looked at more often than one that is settled. */
const WAITING_MS = 5_000;

/** A subscription to an API and its history, kept up to date. */
export function useSubscription(id: string) {
  const client = useStoaClient();
  const path = '/v1/subscriptions/{subscription_id}' as const;
  const params = { path: { subscription_id: id } };
  return useKept(id, async signal => {
    const [subscription, history] = await Promise.all([
      unwrap(client.GET(path, { params, signal })),
      unwrap(client.GET(`${path}/history`, { params, signal })),
    ]);
    return { subscription, history: history.items };
  });
}

/** A subscription to tools and its history, kept up to date. */
export function useToolSubscription(id: string) {
  const client = useStoaClient();
  const path = '/v1/mcp/subscriptions/{subscription_id}' as const;
  const params = { path: { subscription_id: id } };
  return useKept(`tools/${id}`, async signal => {
    const [subscription, history] = await Promise.all([
      unwrap(client.GET(path, { params, signal })),
      unwrap(client.GET(`${path}/history`, { params, signal })),
    ]);
    return { subscription, history: history.items };
  });
}

function useKept<T extends { readonly subscription: { status: string } }>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
) {
  const loaded = useLoad(key, load);
  const waiting = loaded.data?.subscription.status === 'pending';
  useLive(
    LIVE.subscriptions,
    loaded.reload,
    waiting ? { everyMs: WAITING_MS } : undefined,
  );
  return loaded;
}
