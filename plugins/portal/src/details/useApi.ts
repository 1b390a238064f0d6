import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import {
  LIVE,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';

/** One published API with its plans. */
export function usePortalApi(tenant: string, api: string) {
  const client = useStoaClient();
  const loaded = useLoad(`${tenant}:${api}`, signal =>
    unwrap(
      client.GET('/v1/portal/apis/{id}', {
        params: { path: { id: `${tenant}:${api}` } },
        signal,
      }),
    ),
  );
  useLive(LIVE.apis, loaded.reload);
  return loaded;
}

export type PortalApiDetails = NonNullable<
  ReturnType<typeof usePortalApi>['data']
>;

/** The address of the gateways, as consumers outside see it. */
export function useGatewayBase(): string {
  const config = useApi(configApiRef);
  return config.getString('backend.baseUrl').replace(/\/$/, '');
}
