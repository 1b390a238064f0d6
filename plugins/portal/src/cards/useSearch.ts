import { useUrlState } from '@stoa/plugin-stoa-react';
import { useTyped } from './useTyped';

/** What is searched for, held by the address: words, and an organisation. */
export function useSearch() {
  const [q, setQ] = useUrlState('q');
  const [tenant, setTenant] = useUrlState('tenant');
  const [typed, setTyped] = useTyped(q, setQ);
  return {
    q,
    tenant,
    setTenant,
    typed,
    setTyped,
    filtered: Boolean(q || tenant),
  };
}
