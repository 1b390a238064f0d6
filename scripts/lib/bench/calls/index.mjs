import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { Refusal } from '../../../../packages/cli/src/refusal.mjs';
import { withInstance } from '../../test/instance.mjs';
import { measure } from '../measure.mjs';
import { Program } from '../Program.mjs';
import { prepareTool } from './platform.mjs';
import { assertItem } from './requests.mjs';
import { gateways, references } from './servers.mjs';

/**
 * Calls of a tool through the gateways, with everything on, beside the same request
 * made of the service directly, through a bare proxy, and through the official SDKs.
 * Starts and stops all of it.
 *
 * @param {object} options
 * @param {string} [options.profile] folder for CPU profiles of the gateways; the figures are worth nothing then
 * @returns {Promise<{rows: object[], sent: number, metered: number}>} see `measure`; calls sent to the gateways, and those that the control plane knows of
 */
export async function callFigures({ rounds, profile }) {
  if (process.platform !== 'linux' || availableParallelism() < 2) {
    throw new Refusal('calls are measured on Linux, with two cores');
  }
  const programs = [];
  const program = (name, ...args) => {
    const file = `programs/${name}.mjs`;
    programs.push(new Program(new URL(file, import.meta.url), ...args));
    return programs.at(-1);
  };
  try {
    const service = program('service');
    const backendUrl = await service.origin();
    const beside = await references({ program, service, backendUrl });
    const load = program('../../programs/load');
    const env = {
      ...allowing(backendUrl),
      ...(profile && {
        NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}`,
      }),
    };
    return await withInstance(
      'bench-gateway',
      async instance => {
        const tool = await prepareTool(instance, backendUrl);
        const { stop, ...ours } = await gateways(instance, tool, env);
        try {
          const asked = { first: 0 };
          const ways = waysOf({ ...beside, ...ours }, asked);
          const { rows, sent } = await measure(ways, {
            load,
            beside: [service.pid],
            rounds,
            counters: async () => ({
              upstream: (await service.ask()).requests,
            }),
          });
          return {
            rows,
            sent:
              asked.first +
              Object.keys(ours).reduce((sum, name) => sum + sent.get(name), 0),
            metered: await tool.metered(),
          };
        } finally {
          await stop();
        }
      },
      { env },
    );
  } finally {
    for (const each of programs) each.stop();
  }
}

/** Before each turn the request is made once, whose answer must be right, and be that of the others. */
function waysOf(servers, asked) {
  return Object.entries(servers).flatMap(([server, served]) =>
    Object.entries(served.ways).map(([way, request]) => ({
      ...served,
      server,
      way,
      async requests() {
        const { url, ...init } = await request();
        const response = await fetch(url, init);
        const expected = await response.text();
        assert.equal(response.status, 200, expected);
        assertItem(expected);
        if (served.isMetered) asked.first += 1;
        return [{ url, ...init, expected }];
      },
    })),
  );
}

/** The service is on this machine, which nobody may call otherwise. */
function allowing(url) {
  const allow = [new URL(url).host];
  return { APP_CONFIG_stoa_network_allow: JSON.stringify(allow) };
}
