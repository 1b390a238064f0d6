import { useMemo, useRef } from 'react';
import { PortalApi } from './useCatalogue';

export interface Facets {
  readonly tenants: ReadonlyMap<string, string>;
  readonly categories: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
}

/**
 * The values that can be filtered by: those of every API seen so far, so that
 * choosing one does not take the others away.
 */
export function useFacets(apis: readonly PortalApi[] | undefined): Facets {
  const seen = useRef({
    tenants: new Map<string, string>(),
    categories: new Set<string>(),
    tags: new Set<string>(),
  });
  return useMemo(() => {
    const { tenants, categories, tags } = seen.current;
    for (const api of apis ?? []) {
      tenants.set(api.tenant_id, api.tenant_name);
      if (api.category) categories.add(api.category);
      for (const tag of api.tags) tags.add(tag);
    }
    return {
      tenants: new Map(tenants),
      categories: new Set(categories),
      tags: new Set(tags),
    };
  }, [apis]);
}
