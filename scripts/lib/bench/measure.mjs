import { median } from './median.mjs';
import { cpuMs, MEASURED_CORE, OTHER_CORE, pin } from './cpu.mjs';

const CONCURRENCIES = [1, 16];
const SECONDS = 2.5;
const WARM_SECONDS = 3;

/**
 * A way of asking a server: `requests` are sent one after the other, again and again,
 * and each says what is right, as `expected` (the whole answer) or `contains`.
 *
 * @typedef {object} Way
 * @property {string} server
 * @property {string} way
 * @property {number} pid the process that serves
 * @property {() => Promise<object[]>} requests `{url, method, headers, body?, expected?, contains?}`
 * @property {() => Promise<void>} [settled] nothing is left to do for what was answered
 */

/**
 * Measures every way of every server, in turns: all of them at each concurrency once,
 * then again. Whoever is measured has one core to itself; everybody else, the load
 * included, shares the other one.
 *
 * @param {Way[]} ways
 * @param {object} options
 * @param {import('./Program.mjs').Program} options.load
 * @param {number[]} [options.beside] processes that take part and are not measured
 * @param {() => Promise<Record<string, number>>} [options.counters] what is counted elsewhere meanwhile
 * @returns {Promise<{rows: object[], sent: Map<string, number>}>} a row for each way and
 *   concurrency, medians over the rounds; times in milliseconds; requests by server
 */
export async function measure(
  ways,
  { load, beside = [], counters = async () => ({}), rounds },
) {
  const everybody = [load.pid, ...beside, ...ways.map(({ pid }) => pid)];
  const samples = new Map(
    ways.map(way => [way, new Map(CONCURRENCIES.map(c => [c, []]))]),
  );
  const sent = new Map();
  const turn = async (way, connections, seconds) => {
    for (const pid of everybody) pin(pid, OTHER_CORE);
    pin(way.pid, MEASURED_CORE);
    const taken = await sample(way, { load, counters, connections, seconds });
    sent.set(way.server, (sent.get(way.server) ?? 0) + taken.calls);
    return taken;
  };
  for (const way of ways) await turn(way, 16, WARM_SECONDS);
  for (let round = 0; round < rounds; round += 1) {
    for (const connections of CONCURRENCIES) {
      for (const way of ways) {
        const taken = await turn(way, connections, SECONDS);
        samples.get(way).get(connections).push(taken);
      }
    }
  }
  const rows = [...samples].flatMap(([{ server, way }, byConnections]) =>
    [...byConnections].map(([connections, taken]) => ({
      server,
      way,
      connections,
      ...inTheMiddle(taken),
    })),
  );
  return { rows, sent };
}

async function sample(way, { load, counters, connections, seconds }) {
  const requests = await way.requests();
  await way.settled?.();
  const counted = await counters();
  const before = cpuMs(way.pid);
  const run = await load.ask({ requests, connections, seconds });
  const atEnd = cpuMs(way.pid);
  await way.settled?.();
  const spent = cpuMs(way.pid) - before;
  const after = await counters();
  const { calls, errors, took, p50, p99 } = run;
  return {
    calls,
    errors,
    p50,
    p99,
    perSecond: (calls / took) * 1000,
    cpuMicros: (spent / calls) * 1000,
    busy: (atEnd - before) / took,
    ...Object.fromEntries(
      Object.entries(after).map(([name, count]) => [
        `${name}PerCall`,
        (count - counted[name]) / calls,
      ]),
    ),
  };
}

const ADDED_UP = ['calls', 'errors'];

function inTheMiddle(samples) {
  return Object.fromEntries(
    Object.keys(samples[0]).map(key => {
      const values = samples.map(sample => sample[key]);
      return [
        key,
        ADDED_UP.includes(key)
          ? values.reduce((sum, value) => sum + value, 0)
          : median(values),
      ];
    }),
  );
}
