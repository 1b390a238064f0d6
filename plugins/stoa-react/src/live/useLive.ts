import { useEffect, useRef } from 'react';
import { useSignal } from '@backstage/plugin-signals-react';
import { concerns, LIVE_CHANNEL, LiveMessage, LiveTopics } from './channels';

/** With signals a slow poll remains as a net for a message that was lost, or not meant for this reader. */
const NET_MS = 30_000;
const WITHOUT_SIGNALS_MS = 5_000;

/**
 * Calls `onChange` when something of `topics` changed; polls where signals are
 * not installed. Nothing is asked while the page is hidden; coming back to it
 * asks at once.
 */
export function useLive(
  topics: LiveTopics,
  onChange: () => void,
  options?: { everyMs?: number; enabled?: boolean },
): void {
  const { lastSignal, isSignalsAvailable } =
    useSignal<LiveMessage>(LIVE_CHANNEL);
  const latest = useRef({ onChange, topics });
  latest.current = { onChange, topics };
  const enabled = options?.enabled ?? true;
  const everyMs =
    options?.everyMs ?? (isSignalsAvailable ? NET_MS : WITHOUT_SIGNALS_MS);

  useEffect(() => {
    if (!lastSignal || !enabled) return;
    if (concerns(lastSignal, latest.current.topics)) latest.current.onChange();
  }, [lastSignal, enabled]);

  useEffect(() => {
    if (!enabled) return undefined;
    const ask = () => {
      if (document.visibilityState === 'visible') latest.current.onChange();
    };
    const timer = setInterval(ask, everyMs);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [enabled, everyMs]);
}
