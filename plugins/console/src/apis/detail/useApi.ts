import {
  LIVE,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

/** One API of a tenant, kept up to date. */
export function useApiOf(tenant: string, api: string) {
  const client = useStoaClient();
  const loaded = useLoad(`${tenant}/${api}`, signal =>
    unwrap(
      client.GET('/v1/tenants/{tenant_id}/apis/{api_id}', {
        params: { path: { tenant_id: tenant, api_id: api } },
        signal,
      }),
    ),
  );
  useLive(LIVE.apis, loaded.reload);
  return loaded;
}
