import { Schema } from '@stoa/plugin-stoa-common';
import {
  unwrap,
  usePages,
  useStoaClient,
  useUrlState,
} from '@stoa/plugin-stoa-react';
import { useTyped } from '../cards/useTyped';

export type PortalApi = Schema<'PortalApi'>;

const PAGE_SIZE = 24;

/** The catalogue under the search and the filters that the address holds. */
export function useCatalogue() {
  const client = useStoaClient();
  const [q, setQ] = useUrlState('q');
  const [tenant, setTenant] = useUrlState('tenant');
  const [category, setCategory] = useUrlState('category');
  const [tag, setTag] = useUrlState('tag');
  const [typed, setTyped] = useTyped(q, setQ);

  const apis = usePages(
    JSON.stringify([q, tenant, category, tag]),
    (cursor, signal) =>
      unwrap(
        client.GET('/v1/portal/apis', {
          params: {
            query: {
              limit: PAGE_SIZE,
              cursor,
              q: q || undefined,
              tenant_id: tenant || undefined,
              category: category || undefined,
              tag: tag || undefined,
            },
          },
          signal,
        }),
      ),
  );
  return {
    apis,
    typed,
    setTyped,
    filters: { tenant, category, tag },
    setTenant,
    setCategory,
    setTag,
    filtered: Boolean(q || tenant || category || tag),
  };
}
