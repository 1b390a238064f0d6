import { useCallback, useRef, useState } from 'react';
import { Problem, toProblem } from './Problem';

export interface Action<A extends unknown[], R> {
  /** Runs once at a time; resolves to `undefined` when it failed. */
  readonly run: (...args: A) => Promise<R | undefined>;
  readonly pending: boolean;
  readonly error?: Problem;
  readonly clear: () => void;
}

/** A write: keeps a second press from sending twice, and holds the problem to show. */
export function useAction<A extends unknown[], R>(
  action: (...args: A) => Promise<R>,
): Action<A, R> {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Problem>();
  const busy = useRef(false);
  const latest = useRef(action);
  latest.current = action;

  const run = useCallback(async (...args: A) => {
    if (busy.current) return undefined;
    busy.current = true;
    setPending(true);
    setError(undefined);
    try {
      return await latest.current(...args);
    } catch (e) {
      setError(toProblem(e));
      return undefined;
    } finally {
      busy.current = false;
      setPending(false);
    }
  }, []);
  const clear = useCallback(() => setError(undefined), []);
  return { run, pending, error, clear };
}
