/**
 * A digest of latencies that can be merged: counts by logarithmic classes, so that a
 * percentile is off by at most `ACCURACY` of itself (DDSketch: Masson, Rim, Lee,
 * "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
 * guarantees", VLDB 2019). Milliseconds; what is below `LEAST` counts as that.
 */
export type Digest = Map<number, number>;

export const ACCURACY = 0.02;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
const LEAST = 0.01;

export function addTo(digest: Digest, latencyMs: number): void {
  const index = Math.ceil(Math.log(Math.max(latencyMs, LEAST)) / LOG_GAMMA);
  digest.set(index, (digest.get(index) ?? 0) + 1);
}

/** As text, `class:count` with commas; texts joined with a comma are the text of the merged digest. */
export function printDigest(digest: Digest): string {
  return [...digest].map(([index, count]) => `${index}:${count}`).join(',');
}

/** Adds what a text says to the digest. Throws for what is no text of a digest. */
export function mergeInto(digest: Digest, text: string): void {
  // Reports read megabytes of it: no strings are cut out.
  let number = 0;
  let sign = 1;
  let index = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      number = number * 10 + (code - 48);
    } else if (code === 45) {
      sign = -1;
    } else if (code === 58) {
      index = sign * number;
      number = 0;
      sign = 1;
    } else if (code === 44 || i === text.length) {
      if (text.length === 0) return;
      digest.set(index, (digest.get(index) ?? 0) + number);
      number = 0;
      sign = 1;
    } else {
      throw new Error('This is no digest');
    }
  }
}

/** What `part` (0 to 1) of the latencies do not exceed, in milliseconds; never above the slowest. */
export function percentile(
  digest: Digest,
  part: number,
  slowest: number,
): number {
  let calls = 0;
  for (const count of digest.values()) calls += count;
  if (calls === 0) return 0;
  const rank = Math.max(1, Math.ceil(part * calls));
  let seen = 0;
  for (const [index, count] of [...digest].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= rank) {
      const middle = (2 * GAMMA ** index) / (GAMMA + 1);
      return Math.min(middle, slowest);
    }
  }
  return slowest;
}
