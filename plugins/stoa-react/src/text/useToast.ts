import { useCallback } from 'react';
import { toastApiRef, useApi } from '@backstage/frontend-plugin-api';

const SHOWN_MS = 6_000;

/** Says for a moment that something has been done. */
export function useToast(): (title: string) => void {
  const toasts = useApi(toastApiRef);
  return useCallback(
    title => {
      toasts.post({ title, status: 'success', timeout: SHOWN_MS });
    },
    [toasts],
  );
}
