import assert from 'node:assert/strict';
import { median } from '../median.mjs';
import { cpuMs, pin } from './cpu.mjs';
import { assertItem } from './requests.mjs';

const CONCURRENCIES = [1, 16];
const SECONDS = 2.5;
const WARM_SECONDS = 3;
const [MEASURED_CORE, OTHER_CORE] = [0, 1];

/**
 * Measures every way of every server, in turns: all of them at each concurrency once,
 * then again. Whoever is measured has one core to itself; everybody else, the load
 * included, shares the other one.
 *
 * @param {Record<string, import('./servers.mjs').Served>} servers
 * @returns {Promise<{rows: object[], sent: number, metered: number}>} a row for each
 *   way and concurrency, medians over the rounds; times in milliseconds
 */
export async function measure(servers, { load, service, tool, rounds }) {
  const ways = Object.entries(servers).flatMap(([server, served]) =>
    Object.entries(served.ways).map(([way, request]) => ({
      ...served,
      server,
      way,
      request,
      samples: new Map(CONCURRENCIES.map(c => [c, []])),
    })),
  );
  const everybody = [load, service, ...Object.values(servers)];
  let sent = 0;
  const turn = async (way, connections, seconds) => {
    for (const { pid } of everybody) pin(pid, OTHER_CORE);
    pin(way.pid, MEASURED_CORE);
    const taken = await sample(way, { load, service, connections, seconds });
    if (way.isMetered) sent += taken.calls + 1;
    return taken;
  };
  for (const way of ways) await turn(way, 16, WARM_SECONDS);
  for (let round = 0; round < rounds; round += 1) {
    for (const [connections] of ways[0].samples) {
      for (const way of ways) {
        const taken = await turn(way, connections, SECONDS);
        way.samples.get(connections).push(taken);
      }
    }
  }
  const rows = ways.flatMap(({ server, way, samples }) =>
    [...samples].map(([connections, taken]) => ({
      server,
      way,
      connections,
      ...inTheMiddle(taken),
    })),
  );
  return { rows, sent, metered: await tool.metered() };
}

async function sample(way, { load, service, connections, seconds }) {
  const request = await way.request();
  const expected = await rightAnswer(request);
  await way.settled();
  const asked = (await service.ask()).requests;
  const before = cpuMs(way.pid);
  const run = await load.ask({ request, connections, seconds, expected });
  const atEnd = cpuMs(way.pid);
  await way.settled();
  const spent = cpuMs(way.pid) - before;
  const upstream = (await service.ask()).requests - asked;
  const { calls, errors, took, p50, p99 } = run;
  return {
    calls,
    errors,
    p50,
    p99,
    perSecond: (calls / took) * 1000,
    cpuMicros: (spent / calls) * 1000,
    busy: (atEnd - before) / took,
    upstreamPerCall: upstream / calls,
  };
}

/** The answer to one request, when it is what it should be. */
async function rightAnswer({ url, ...init }) {
  const response = await fetch(url, init);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assertItem(text);
  return text;
}

function inTheMiddle(samples) {
  const total = key => samples.reduce((sum, sample) => sum + sample[key], 0);
  const middle = key => median(samples.map(sample => sample[key]));
  return {
    calls: total('calls'),
    errors: total('errors'),
    ...Object.fromEntries(
      ['p50', 'p99', 'perSecond', 'cpuMicros', 'busy', 'upstreamPerCall'].map(
        key => [key, middle(key)],
      ),
    ),
  };
}
