import { useEffect, useState } from 'react';

const TYPING_MS = 200;

/** What is in a search field at once; committed when typing pauses. */
export function useTyped(
  value: string,
  commit: (value: string) => void,
): [string, (value: string) => void] {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => commit(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
    // Only typing starts the clock: the address changing is its result.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [typed]);
  return [typed, setTyped];
}
