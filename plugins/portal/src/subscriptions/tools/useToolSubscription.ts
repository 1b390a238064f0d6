import {
  LIVE,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

/** A request that waits is looked at more often than one that is settled. */
const WAITING_MS = 5_000;

/** A subscription to tools and its history, kept up to date. */
export function useToolSubscription(id: string) {
  const client = useStoaClient();
  const loaded = useLoad(`tools/${id}`, async signal => {
    const params = { path: { subscription_id: id } };
    const [subscription, history] = await Promise.all([
      unwrap(
        client.GET('/v1/mcp/subscriptions/{subscription_id}', {
          params,
          signal,
        }),
      ),
      unwrap(
        client.GET('/v1/mcp/subscriptions/{subscription_id}/history', {
          params,
          signal,
        }),
      ),
    ]);
    return { subscription, history: history.items };
  });
  const waiting = loaded.data?.subscription.status === 'pending';
  useLive(
    LIVE.subscriptions,
    loaded.reload,
    waiting ? { everyMs: WAITING_MS } : undefined,
  );
  return loaded;
}
