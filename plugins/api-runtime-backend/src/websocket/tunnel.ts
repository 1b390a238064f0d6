import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Milliseconds between two looks at whether the caller may still call. */
const RECHECK_MS = 500;
/** Milliseconds for one side to follow when the other has ended. */
const LINGER_MS = 2_000;

/**
 * Carries bytes between a caller and a backend, at the pace of the slower side, until
 * one of them ends it, nothing passed for `idleMs`, `maxMs` are over, or `recheck`
 * rejects. Resolves then, both connections closed. Never rejects.
 */
export async function tunnel(options: {
  readonly caller: Socket;
  /** What the caller has sent already. */
  readonly head: Buffer;
  readonly backend: Duplex;
  readonly idleMs: number;
  readonly maxMs: number;
  readonly recheck: () => Promise<void>;
}): Promise<void> {
  const { caller, head, backend, idleMs, maxMs, recheck } = options;
  const cut = () => {
    caller.destroy();
    backend.destroy();
  };
  // One may break when nobody reads it any more.
  caller.on('error', cut);
  backend.on('error', cut);
  caller.setNoDelay(true);
  // Counts what passes in both directions.
  caller.setTimeout(idleMs, cut);
  const whole = setTimeout(cut, maxMs);
  let checking = false;
  const checks = setInterval(async () => {
    if (checking) return;
    checking = true;
    await recheck().catch(cut);
    checking = false;
  }, RECHECK_MS);
  if (head.length > 0) backend.write(head);
  let lingering: NodeJS.Timeout | undefined;
  const linger = () => {
    lingering ??= setTimeout(cut, LINGER_MS);
  };
  await Promise.allSettled([
    pipeline(caller, backend).finally(linger),
    pipeline(backend, caller).finally(linger),
  ]);
  clearTimeout(lingering);
  clearTimeout(whole);
  clearInterval(checks);
  cut();
}
