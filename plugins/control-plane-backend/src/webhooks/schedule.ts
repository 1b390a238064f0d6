/** Minutes before each further attempt. */
const DELAYS = [1, 5, 15, 60, 120];
const MINUTE_MS = 60_000;
/** Up to this part longer, so that what failed together does not come back together. */
const JITTER = 0.2;

/** When to try again after so many failed attempts, ISO 8601 UTC; undefined when it is time to give up. */
export function nextAttemptAt(
  failed: number,
  time = Date.now(),
): string | undefined {
  const minutes = DELAYS[failed - 1];
  if (minutes === undefined) return undefined;
  const wait = minutes * MINUTE_MS * (1 + Math.random() * JITTER);
  return new Date(time + wait).toISOString();
}
