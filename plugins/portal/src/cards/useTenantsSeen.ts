import { useMemo, useRef } from 'react';
import { Option } from './Choice';

/** Organisations to filter by: those of everything seen so far, so that choosing one does not take the others away. */
export function useTenantsSeen(
  items:
    | readonly { readonly tenant_id: string; readonly tenant_name: string }[]
    | undefined,
): readonly Option[] {
  const seen = useRef(new Map<string, string>());
  return useMemo(() => {
    for (const item of items ?? []) {
      seen.current.set(item.tenant_id, item.tenant_name);
    }
    return [...seen.current].map(([id, label]) => ({ id, label }));
  }, [items]);
}
