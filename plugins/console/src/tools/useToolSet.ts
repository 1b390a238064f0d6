import {
  LIVE,
  unwrap,
  useLive,
  useLoad,
  useStoaClient,
} from '@stoa/plugin-stoa-react';
import { ToolSetDetail } from './types';

/** A ToolSet as it was read; a change names that reading by its ETag. */
export interface ReadToolSet {
  readonly toolSet: ToolSetDetail;
  readonly etag?: string;
}

/** One ToolSet with its tools; kept up to date unless it is being edited. */
export function useToolSet(
  tenant: string,
  id: string,
  options?: { readonly live: boolean },
) {
  const client = useStoaClient();
  const loaded = useLoad<ReadToolSet>(
    `toolset/${tenant}/${id}`,
    async signal => {
      const answer = await client.GET(
        '/v1/tenants/{tenant_id}/toolsets/{toolset_id}',
        { params: { path: { tenant_id: tenant, toolset_id: id } }, signal },
      );
      const toolSet = await unwrap(Promise.resolve(answer));
      return {
        toolSet,
        etag: answer.response.headers.get('etag') ?? undefined,
      };
    },
  );
  useLive(LIVE.tools, loaded.reload, { enabled: options?.live ?? true });
  return loaded;
}
