import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** One query parameter as state, so that a view can be linked to. Empty removes it. */
export function useUrlState(
  name: string,
  fallback = '',
): [string, (value: string) => void] {
  const [params, setParams] = useSearchParams();
  const value = params.get(name) ?? fallback;
  const setValue = useCallback(
    (next: string) =>
      setParams(
        current => {
          const changed = new URLSearchParams(current);
          if (next && next !== fallback) changed.set(name, next);
          else changed.delete(name);
          return changed;
        },
        { replace: true },
      ),
    [name, fallback, setParams],
  );
  return [value, setValue];
}
