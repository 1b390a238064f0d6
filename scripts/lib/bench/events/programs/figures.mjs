import { setTimeout as delay } from 'node:timers/promises';

/** As much as an event of ours carries beside its ids. */
const FILLING = 'x'.repeat(300);

/** The events that are on their way. */
export class Waiting {
  #left = 0;
  #done = () => {};
  times = [];

  payload(n) {
    return { n, sent_at: Date.now(), filling: FILLING };
  }

  came({ sent_at: sentAt }) {
    this.times.push(Date.now() - sentAt);
    this.#left -= 1;
    if (this.#left === 0) this.#done();
  }

  /** Resolves when as many have come as `send` sends. */
  async all(count, send) {
    this.#left += count;
    this.times = [];
    const done = new Promise(resolve => (this.#done = resolve));
    await send();
    await done;
  }

  /** Events a second, and CPU time of this process an event. */
  async perSecond(count, send) {
    const begin = performance.now();
    const before = process.cpuUsage();
    await this.all(count, send);
    const { user, system } = process.cpuUsage(before);
    const took = performance.now() - begin;
    return {
      perSecond: (count / took) * 1000,
      cpuMicros: (user + system) / count,
    };
  }
}

/** One event after the other, so many a second: milliseconds from its change to its consumer. */
export async function latencies(waiting, { rate, seconds }, send) {
  const count = rate * seconds;
  await waiting.all(count, async () => {
    const begin = performance.now();
    for (let n = 0; n < count; n += 1) {
      const early = begin + (n * 1000) / rate - performance.now();
      if (early > 0) await delay(early);
      await send(n);
    }
  });
  const sorted = waiting.times.sort((a, b) => a - b);
  const at = share => sorted[Math.floor((sorted.length - 1) * share)];
  return { p50: at(0.5), p99: at(0.99) };
}

/** Does what the parent's messages say, one at a time. */
export function answer(tasks) {
  process.on('message', async ({ task, ...options }) => {
    process.send((await tasks[task](options)) ?? {});
  });
  process.once('disconnect', () => process.exit());
}
