import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem, toProblem } from './Problem';

export interface Loaded<T> {
  readonly data?: T;
  readonly error?: Problem;
  /** True until the first answer for this key; a reload does not set it. */
  readonly loading: boolean;
  /** Asks again and keeps showing what is known meanwhile. */
  readonly reload: () => void;
}

/**
 * Loads when `key` changes. What was loaded under another key is dropped at
 * once, unless `keep` is set (a list under another filter, say).
 * An `undefined` key loads nothing.
 */
export function useLoad<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  options?: { keep?: boolean },
): Loaded<T> {
  const [state, setState] = useState<{
    key?: string;
    data?: T;
    error?: Problem;
  }>({});
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;

  useEffect(() => {
    if (key === undefined) return undefined;
    const abort = new AbortController();
    loader.current(abort.signal).then(
      data => {
        if (!abort.signal.aborted) setState({ key, data });
      },
      error => {
        if (abort.signal.aborted) return;
        const problem = toProblem(error);
        setState(last =>
          // A reload that fails leaves the last good answer in place.
          last.key === key && last.data !== undefined
            ? { ...last, error: problem }
            : { key, error: problem },
        );
      },
    );
    return () => abort.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn(n => n + 1), []);
  const current = state.key === key;
  return {
    data: current || options?.keep ? state.data : undefined,
    error: current ? state.error : undefined,
    loading: key !== undefined && !current,
    reload,
  };
}
