import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../../../packages/cli/src/refusal.mjs';
import { withInstance } from '../../test/instance.mjs';
import { startSidecar } from '../../test/sidecar.mjs';
import { ITEM_PATH } from '../calls/tool.mjs';
import { until } from '../client.mjs';
import { findChild } from '../cpu.mjs';
import { measure } from '../measure.mjs';
import { Program } from '../Program.mjs';
import { memoryPerConnection } from './idle.mjs';
import { addRoutes, prepareApi, ROUTE } from './platform.mjs';

export const REFERENCE = 'bare proxy';
const ROUTES = 10_000;

/**
 * Calls of an API through the gateways, with key or token, limits, metering, log and
 * metrics, beside the same request made of the service directly and through a bare
 * proxy; a sidecar with many routes beside one with few; and the memory of idle
 * connections. Starts and stops all of it.
 *
 * @param {object} options
 * @param {string} [options.profile] folder for CPU profiles of the gateways; the figures are worth nothing then
 * @returns {Promise<{rows: object[], sent: number, metered: number, idleKiB: number}>} see `measure`
 */
export async function runtimeFigures({ rounds, profile }) {
  if (process.platform !== 'linux' || availableParallelism() < 2) {
    throw new Refusal('calls are measured on Linux, with two cores');
  }
  const programs = [];
  const program = (file, ...args) => {
    programs.push(new Program(new URL(file, import.meta.url), ...args));
    return programs.at(-1);
  };
  try {
    const service = program('../calls/programs/service.mjs');
    const backendUrl = await service.origin();
    const bare = program('../calls/programs/bareProxy.mjs', backendUrl);
    const bareUrl = await bare.origin();
    const load = program('../programs/load.mjs');
    const env = {
      APP_CONFIG_stoa_network_allow: JSON.stringify([new URL(backendUrl).host]),
      ...(profile && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
    };
    return await withInstance(
      'bench-runtime',
      async instance => {
        const api = await prepareApi(instance, backendUrl);
        const few = await startSidecar(instance.dataDir, { env });
        addRoutes(instance.dataDir, ROUTES);
        const many = await startSidecar(instance.dataDir, { env });
        try {
          const idleKiB = await memoryPerConnection({
            pid: findChild(few.pid, 'src/gateway.ts'),
            url: few.url,
            path: ROUTE + ITEM_PATH,
            key: api.key,
          });
          const asked = { first: 0 };
          const ways = [
            plain('the service itself', service.pid, backendUrl + ITEM_PATH),
            plain(REFERENCE, bare.pid, bareUrl + ITEM_PATH),
            ...gateway('sidecar', few, instance, api, asked),
            gateway('sidecar, 10,000 routes', many, instance, api, asked)[0],
            ...gateway('portal', instance, instance, api, asked),
          ];
          const before = await settledCount(api);
          const { rows, sent } = await measure(ways, {
            load,
            beside: [service.pid],
            rounds,
          });
          const ours = ways.filter(way => way.isMetered);
          const servers = new Set(ours.map(({ server }) => server));
          return {
            rows,
            sent:
              asked.first +
              [...servers].reduce((sum, name) => sum + sent.get(name), 0),
            metered: (await settledCount(api)) - before,
            idleKiB,
          };
        } finally {
          await few.stop();
          await many.stop();
        }
      },
      { env },
    );
  } finally {
    for (const each of programs) each.stop();
  }
}

function plain(server, pid, url) {
  return way({ server, way: 'direct', pid }, async () => ({
    url,
    headers: {},
  }));
}

/** By key first. */
function gateway(server, { url, pid, port }, instance, api, asked) {
  const isPortal = pid === instance.pid;
  const home = isPortal
    ? instance.dataDir
    : join(instance.dataDir, `gateway-${port}`);
  const spool = join(home, 'spool', 'api-runtime');
  const served = {
    server,
    isMetered: true,
    pid: findChild(pid, isPortal ? 'src/index.ts' : 'src/gateway.ts'),
    settled: () => until('metering', () => readdirSync(spool).length === 0),
  };
  const target = `${url}${ROUTE}${ITEM_PATH}`;
  return [
    way(
      { ...served, way: 'key' },
      async () => ({ url: target, headers: { 'x-api-key': api.key } }),
      asked,
    ),
    way(
      { ...served, way: 'token' },
      async () => ({
        url: target,
        headers: { authorization: `Bearer ${await api.tokenFor(url)}` },
      }),
      asked,
    ),
  ];
}

/** Before each turn the request is made once, and its answer is what the load expects. */
function way(served, request, asked) {
  return {
    ...served,
    async requests() {
      const { url, headers } = await request();
      const response = await fetch(url, { headers });
      const expected = await response.text();
      assert.equal(response.status, 200, expected);
      if (asked) asked.first += 1;
      return [{ url, method: 'GET', headers, expected }];
    },
  };
}

/** Calls that have been counted, when no more come. */
async function settledCount(api) {
  let before = -1;
  let now = await api.metered();
  while (now !== before) {
    await new Promise(resolve => setTimeout(resolve, 2_500));
    before = now;
    now = await api.metered();
  }
  return now;
}
