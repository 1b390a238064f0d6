import { readFileSync } from 'node:fs';
import { Refusal } from '../../packages/cli/src/refusal.mjs';
import { tail } from './run.mjs';

/** A slow machine with a cold disk; normally it is a matter of seconds. */
const LIMIT_MS = 180_000;

/** Waits until the address answers 200, while watching that no server ends. */
export async function untilReady(url, processes, limitMs = LIMIT_MS) {
  const ended = processes.firstExit().then(({ name, log, code }) => {
    throw new Refusal(
      `the ${name} ended with code ${code} while starting:\n${tail(
        readFileSync(log, 'utf8'),
      )}\nAll of it: ${log}`,
    );
  });
  await Promise.race([ended, poll(url, processes, Date.now() + limitMs)]);
}

async function poll(url, processes, deadline) {
  while (Date.now() < deadline && !processes.stopping) {
    if (await answersOk(url)) return;
    await new Promise(resolve => setTimeout(resolve, 150));
  }
  throw new Refusal(`no answer from ${url} in time`);
}

async function answersOk(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
